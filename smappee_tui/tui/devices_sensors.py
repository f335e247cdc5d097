"""The gas and water sensors in lines."""

from __future__ import annotations

from smappee_tui.diagnosis.device_words import amount_words, leak_words, medium_word, span, unit_word
from smappee_tui.diagnosis.devices import DeviceVerdicts
from smappee_tui.diagnosis.judgement import by_weight
from smappee_tui.diagnosis.pulse_check import PulseCheck
from smappee_tui.diagnosis.sensors import SensorJudgement, last_seen
from smappee_tui.protocol.messages import GasWaterChannel
from smappee_tui.site.devices import Meter
from smappee_tui.tui.lines import Line, line, paragraph, spread
from smappee_tui.tui.text import shown
from smappee_tui.tui.words import SEVERITY


def sensor_lines(
    meter: Meter, said: DeviceVerdicts, check: PulseCheck | None, now: float, chosen: bool, width: int
) -> list[Line]:
    """One sensor: verdict, what it measured last, and its inputs.

    Args:
        meter: which.
        said: the verdicts of all.
        check: its guided check, if one was begun.
        now: the screen's clock, for how long the check runs.
        chosen: the cursor is on it.
        width: cells of a line.
    """
    judged = said.sensors[meter.sensor]
    glyph, tone = sensor_sign(judged)
    serial = shown(meter.setting.serial)[:20] if meter.setting and meter.setting.serial else "no serial"
    left = line(
        ("▸ " if chosen else "  ", "key"), (f"{meter.sensor:>3}  ", "dim"), (serial, "strong" if chosen else "text")
    )
    lines = [spread(left, line((f"{glyph} {judged.words}", tone)), width)]
    lead = line("       ")
    lines += paragraph(_reading(meter, said), width, "text", lead)
    for place, channel in enumerate(meter.setting.channels if meter.setting else ()):
        lines += paragraph(_channel(meter, place, channel), width, "text" if channel.enabled else "dim", lead)
    if check is not None:
        text, mark, tone = check_words(check, said, now)
        lines += paragraph(text, width, tone, line("       ", (f"{mark} ", tone)))
    return lines


def sensor_sign(judged: SensorJudgement) -> tuple[str, str]:
    """Glyph and tone of a verdict. Silence is normal, so it is neither well nor wrong."""
    if judged.findings:
        worst = by_weight(judged.findings)[0]
        return SEVERITY[worst.severity][:2]
    return ("✓", "ok") if judged.verdict == "ok" else ("○", "wait")


def _reading(meter: Meter, said: DeviceVerdicts) -> str:
    reading = meter.interval
    if reading is None:
        return "Nothing heard yet: it reports only when something was consumed."
    battery = "unknown" if said.sensors[meter.sensor].battery == "unknown" else f"{reading.battery or 0:.0f} %"
    parts = [f"battery {battery}"]
    if reading.celsius is not None:
        parts.append(f"{reading.celsius:.1f} °C")
    if reading.humidity is not None:
        parts.append(f"{reading.humidity:.0f} % humidity")
    seen = last_seen(meter, said.moment)
    if seen is not None:
        kept = ", retained" if meter.heard is not None and meter.heard.retained else ""
        parts.append(f"last seen {span(max(0.0, said.moment.now - seen))} ago{kept}")
    return "   ".join(parts)


def _channel(meter: Meter, place: int, channel: GasWaterChannel) -> str:
    pulses = meter.interval.pulses[place] if meter.interval and place < len(meter.interval.pulses) else None
    head = f"{place + 1} {shown(medium_word(channel))}"
    if not channel.enabled:
        return f"{head}: disabled"
    total = meter.totals[place] if place < len(meter.totals) else 0.0
    parts = [f"last {shown(amount_words(pulses, channel))}", f"{shown(amount_words(total, channel))} this watch"]
    if channel.pulses_per_unit:
        many = "" if channel.pulses_per_unit == 1 else "s"
        parts.append(f"{channel.pulses_per_unit:g} pulse{many} per {shown(unit_word(channel)) or 'unit'}")
    else:
        parts.append("pulses per unit not set")
    return f"{head}: {', '.join(parts)}, {leak_words(channel)}"


def check_words(check: PulseCheck, said: DeviceVerdicts, now: float) -> tuple[str, str, str]:
    """How the guided check stands: text, glyph, tone."""
    if check.counted:
        return (
            f"Counted {', '.join(map(shown, check.counted))}, {span(check.seconds or 0.0)} after you began.",
            "✓",
            "ok",
        )
    if check.failed(now):
        text = (
            "Nothing was counted. Check the pulse reader's place on the meter, the battery, and that the input is on."
        )
        return text, "!", "warn"
    left = span(check.report_in(now, said.moment.offset))
    return f"Run a litre of water, or light the burner. The next report is due in {left}.", "…", "info"
