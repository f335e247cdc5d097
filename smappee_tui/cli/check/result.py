"""The end of a check: what is printed, and the exit code."""

from __future__ import annotations

import sys

from smappee_tui.app.session import Session
from smappee_tui.app.watch import Observation, Spans, nothing_seen, observe
from smappee_tui.cli import exits
from smappee_tui.cli.check.text import verdict_of
from smappee_tui.cli.console import complain, out, say, speaks_utf8
from smappee_tui.cli.settings_io import from_job
from smappee_tui.cli.watching import SecondOpinion, nothing_heard, one_meant, tell_refused
from smappee_tui.diagnosis.judgement import FAULTS, LEFT_OUT, WAITING
from smappee_tui.i18n import tr
from smappee_tui.i18n.text import clean


def tell(
    session: Session,
    spans: Spans,
    *,
    source: str,
    finished: bool,
    as_json: bool,
    more: SecondOpinion,
    until: float = 0.0,
) -> int:
    """Print the verdict and return the exit code.

    Args:
        session: closed.
        spans: from when to when each location spoke.
        source: where the messages came from, for a person.
        finished: False when Ctrl-C ended the watch.
        as_json: for a program rather than a person.
        more: adds what somebody else says of the same location.
        until: as `observe` takes it.
    """
    one_meant(session)
    from_job(session)
    seen = observe(session, spans, until)
    if seen is None:
        if not finished:
            raise KeyboardInterrupt
        nothing = nothing_heard(session, source)
        if session.source.state.too_large is not None:
            raise nothing
        complain(nothing.what, nothing.advice)
        if as_json:
            shown(nothing_seen(session), as_json=True)
        return exits.UNDECIDED
    _remarks(session, seen)
    seen = more(seen)
    shown(seen, as_json=as_json)
    if not finished:
        say(tr("check.interrupted", span=seen.last - seen.first))
    return exit_code(seen) if finished else exits.INTERRUPTED


def shown(seen: Observation, *, as_json: bool) -> None:
    if as_json:
        from smappee_tui.cli.check.document import check_document
        from smappee_tui.cli.language import for_data
        from smappee_tui.cli.values import as_text

        out(as_text(check_document(seen, for_data()), ascii_only=not speaks_utf8(sys.stdout)))
    else:
        from smappee_tui.cli.check.text import check_text
        from smappee_tui.cli.console import columns, painter

        out(check_text(seen, columns=columns(), paint=painter()))


def exit_code(seen: Observation) -> int:
    """The verdict as an exit code. A location of which no channel is known to be in use was not judged."""
    verdicts = [verdict_of(seen, channel) for channel in seen.view.channels]
    if seen.judgement.count("fault") or any(verdict in FAULTS for verdict in verdicts):
        return exits.FAULT
    in_use = any(verdict != "unused" for verdict in verdicts)
    left_out = any(finding.code in LEFT_OUT for finding in seen.judgement.findings)
    if not in_use or left_out or any(verdict in WAITING for verdict in verdicts):
        return exits.UNDECIDED
    return exits.OK


def _remarks(session: Session, seen: Observation) -> None:
    if seen.chosen is not None and seen.chosen.by == "most-channels":
        channels = len(seen.view.channels)
        name = clean(seen.view.serial) or clean(seen.view.uuid)
        say(tr("cli.monitors_speak", monitors=seen.chosen.others + 1, name=name, count=channels))
    tell_refused(session)
    if session.locations.beyond:
        say(tr("cli.beyond", count=session.locations.beyond))
    if session.source.dropped.total:
        say(tr("cli.lost", count=session.source.dropped.total))
