"""The report as plain text, for a terminal or an e-mail."""

from __future__ import annotations

from collections.abc import Iterator

from smappee_tui.i18n import Translator
from smappee_tui.i18n.text import clean, fit, wrap
from smappee_tui.report.limit_rows import limit_rows, rules
from smappee_tui.report.model import Report
from smappee_tui.report.render.cabinet import places
from smappee_tui.report.render.circuit_rows import circuit_rows
from smappee_tui.report.render.corrections_text import HOWS, CorrectionsText
from smappee_tui.report.render.pairs import pairs_of
from smappee_tui.report.render.report_text import ReportText
from smappee_tui.report.witness_rows import witness_rows, witness_text

COLUMNS = 78


def render(report: Report, digest: str) -> bytes:
    """Write the text: the summary, the findings, what is not tested, the limits."""
    shown = ReportText(report)
    return ("\n".join(line.rstrip() for line in _lines(shown, digest)) + "\n").encode("utf-8", "replace")


def _lines(shown: ReportText, digest: str) -> Iterator[str]:
    report, words = shown.report, shown.words
    yield from (shown.title.upper(), f"{report.header.report_id}, {shown.moment(report.header.generated)}", "")
    if shown.under:
        yield from (*wrap(shown.under, COLUMNS), "")
    yield from wrap(shown.result, COLUMNS)
    for what, which in shown.gaps():
        yield from wrap(words.pair(what, which), COLUMNS, rest="  ")
    pairs = pairs_of(shown)
    for block in ("site", "installer", "devices", "method"):
        yield from ("", words(f"report.block.{block}").upper())
        for key, value in pairs[block]:
            yield from wrap(clean(words.pair(key, value), 3000), COLUMNS, rest="  ")
    yield from ("", words("report.block.channels").upper())
    for c in report.channels:
        mark = words(f"report.mark.{shown.mark(c)}")
        row = f"{c.input:>3} {fit(clean(shown.name(c.input)), 24)} {fit(shown.place(c.expected), 14)} "
        amps = shown.number(c.amps.most, digits=1)
        yield f"{row}{fit(amps, 6, right=True)} A  {mark} {shown.verdict(c)} {shown.percent(c.confidence_percent)}"
    if shown.balance:
        yield from ("", words("balance.title").upper())
    for one in shown.balance:
        parts = {"grid": one.grid, "production": one.production, "circuits": one.circuits, "unmetered": one.unmetered}
        yield from wrap(words("balance.line", phase=one.phase, verdict=one.verdict, **parts), COLUMNS, rest="  ")
    for sentence in shown.unbalanced():
        yield from wrap(sentence, COLUMNS, first="! ", rest="  ")
    if report.witness is not None:
        yield from ("", words("meter.title").upper())
        for sentence in witness_text(report.witness, words):
            yield from wrap(sentence, COLUMNS)
        for cells in witness_rows(report.witness, words):
            number, name, line, meter, ct, off, proved = map(clean, cells)
            told = f"{line:<3} {fit(meter, 10, right=True)} {fit(ct, 10, right=True)} {fit(off, 8, right=True)}"
            yield f"{number:>3} {fit(name, 24)} {told}  {proved}"
    limits = limit_rows(report.installation_limits, words)
    if limits:
        yield from ("", words("report.block.installation_limits").upper())
    for limit in limits:
        amounts = " / ".join(text for text in (limit.worst, limit.limit) if text)
        head = words.pair(limit.what, amounts) if amounts else limit.what
        whole = ", ".join(text for text in (head, limit.when, limit.verdict) if text)
        yield from wrap(whole, COLUMNS, first=f"{words(f'report.mark.{limit.mark}')} ", rest="  ")
        for sentence in limit.under:
            yield from wrap(sentence, COLUMNS, first="   ", rest="   ")
    for rule in rules(report.installation_limits, words):
        yield from wrap(rule, COLUMNS)
    yield from ("", words("report.block.findings").upper())
    for finding in report.findings:
        said = shown.finding(finding)
        head = f"{finding.id} {words(f'report.severity.{finding.severity}')} {said.title.text}"
        yield from wrap(clean(f"{head} ({words(f'report.status.{finding.status}')})", 3000), COLUMNS, rest="   ")
        if said.advice.text:
            yield from wrap(said.advice.text, COLUMNS, first="   → ", rest="     ")
    if not report.findings:
        yield words("report.label.no_findings")
    yield from _corrections(CorrectionsText(shown), words)
    yield from _cabinet(shown)
    yield from ("", words("report.block.not_tested").upper())
    for u in report.not_tested:
        yield from wrap(clean(f"{u.input} {shown.name(u.input)}: {shown.reason(u)}", 3000), COLUMNS, rest="  ")
        if missing := shown.advice(u).text:
            yield from wrap(clean(missing, 3000), COLUMNS, first="   → ", rest="     ")
    if not report.not_tested:
        yield words("report.label.all_tested")
    if report.circuits:
        yield from ("", words("report.block.circuits").upper())
    for circuit in circuit_rows(shown):
        breaker, inputs, phases, watts, at = map(clean, circuit.cells)
        yield f"{fit(breaker, 20)} {fit(inputs, 28)} {fit(phases, 8)} {fit(watts, 7, right=True)} W  {at}"
    yield from ("", words("report.block.limits").upper())
    for code in report.limits:
        yield from wrap(words(f"report.limit.{code}"), COLUMNS, first="- ", rest="  ")
    yield from ("", f"{words('report.result.hash')}:", digest)


def _cabinet(shown: ReportText) -> Iterator[str]:
    """Notes, and which photos there are."""
    for number, place in enumerate(places(shown)):
        if not number:
            yield from ("", shown.words("report.block.cabinet").upper())
        yield from wrap(clean(place.title, 300), COLUMNS)
        for at, text in place.notes:
            yield from wrap(clean(f"{text} ({at})", 700), COLUMNS, first="  ", rest="  ")
        for photo, said in place.photos:
            yield from wrap(clean(f"{said} ({photo.name})", 700), COLUMNS, first="  ", rest="  ")


def _corrections(said: CorrectionsText, words: Translator) -> Iterator[str]:
    if not said.there:
        return
    yield from ("", words("report.block.corrections").upper())
    if said.empty:
        yield from wrap(words("report.correction.none"), COLUMNS)
    for how in HOWS:
        rows = said.rows(how)
        if rows:
            yield words.pair(words(f"report.correction.{how}"), "").rstrip()
        if rows and how == "move":
            yield from wrap(words("report.safety.text"), COLUMNS, first="  ", rest="  ")
        for row in rows:
            place = f"{row.hub}  " if row.hub else ""
            text = clean(f"{row.input:>3} {row.name}: {row.change} ({row.sure}, {row.tested})", 3000)
            yield from wrap(place + text, COLUMNS, first=f"  {words(f'report.mark.{row.mark}')} ", rest="      ")
            yield from wrap(clean(row.became, 3000), COLUMNS, first="      ", rest="      ")
    for sentence in said.sums():
        yield from wrap(sentence, COLUMNS, first="  ", rest="  ")
    for sentence in said.worse():
        yield from wrap(clean(sentence, 3000), COLUMNS, first="! ", rest="  ")
