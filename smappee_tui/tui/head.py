"""What the head of the live screen says, gathered from picture, link, recorder and the person's wishes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from smappee_tui.diagnosis.judgement import Judgement
from smappee_tui.session import Picture
from smappee_tui.site import SiteView
from smappee_tui.tui.situation import Mode, Situation
from smappee_tui.tui.text import shown
from smappee_tui.tui.words import ago, counted


class Recording(Protocol):
    """What the head needs of a recorder."""

    @property
    def state(self) -> str:
        """ "recording", "full", "failed" or "closed"."""

    @property
    def reason(self) -> str | None:
        """Why it stopped."""

    @property
    def size(self) -> int:
        """Bytes so far."""


class Head(NamedTuple):
    """Everything the head shows."""

    situation: Situation
    view: SiteView | None
    judgement: Judgement
    tag: str = ""
    """"demo", or nothing."""
    frozen: str = ""
    """"frozen 12 s", or nothing."""
    bad: int = 0
    """Messages that could not be read."""
    dropped: int = 0
    """Messages that the link's queue had no room for."""
    recording: str = ""
    """"recording 1.2 MB", or nothing."""
    banners: tuple[tuple[str, str], ...] = ()
    """Signs and lines that must not be missed."""


def device_problems(judgement: Judgement) -> str:
    """How many plugs and sensors have a fault or a warning, in words; "" for none."""
    subjects = {f.subject for f in judgement.findings if f.severity != "info"}
    plugs = sum(1 for subject in subjects if subject.startswith("plug:"))
    sensors = sum(1 for subject in subjects if subject.startswith("sensor:"))
    parts = [counted(number, word) for number, word in ((plugs, "plug"), (sensors, "sensor")) if number]
    return f"{' and '.join(parts)} to look at" if parts else ""


def head_of(
    picture: Picture,
    here: Situation,
    *,
    mode: Mode = "live",
    frozen_for: float | None = None,
    recorder: Recording | None = None,
    filters: Sequence[str] = (),
    hidden: int = 0,
    asked: bool = False,
) -> Head:
    """Gather it.

    Args:
        picture: what is shown.
        here: the situation.
        mode: where the messages come from.
        frozen_for: seconds since the screen was frozen; None while it runs.
        recorder: shown while it records, and when it stops.
        filters: what hides rows, in words.
        hidden: how many rows are hidden.
        asked: the location was asked for by name.
    """
    rows = picture.view is not None and bool(picture.view.channels)
    sign = "i" if here.tone == "info" else "!"
    banners = [(sign, here.banner)] if here.banner and rows else []
    recording = ""
    if recorder is not None and recorder.state == "recording":
        recording = f"recording {recorder.size / 1e6:.1f} MB"
    elif recorder is not None and recorder.state in ("full", "failed"):
        recording = "recorder full" if recorder.state == "full" else "recorder stopped"
        banners.append(("■", f"{shown(recorder.reason or recording)} Watching goes on, unrecorded."))
    if len(picture.locations) > 1 and not asked and picture.view is not None:
        heard = counted(len(picture.locations), "monitor")
        banners.append(("i", f"{heard} on this broker; this is the one that speaks most. L chooses."))
    devices = device_problems(picture.judgement)
    if devices:
        banners.append(("!", f"{devices}: D shows the devices."))
    if filters:
        banners.append(("/", f"{', '.join(map(shown, filters))}: {hidden} hidden. esc shows all."))
    quality = picture.site.quality if picture.site else None
    return Head(
        situation=here,
        view=picture.view,
        judgement=picture.judgement,
        tag="demo" if mode == "demo" else "",
        frozen="" if frozen_for is None else f"frozen {ago(round(frozen_for))}",
        bad=quality.bad if quality else 0,
        dropped=picture.dropped,
        recording=recording,
        banners=tuple(banners),
    )
