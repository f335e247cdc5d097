"""What was written down and photographed at the cabinet, channel by channel: the board first."""

from __future__ import annotations

from typing import NamedTuple

from smappee_tui.report.model import Photo
from smappee_tui.report.render.report_text import ReportText
from smappee_tui.report.wording import shown_text


class Place(NamedTuple):
    """The board or one channel."""

    anchor: str
    """For a link to it."""
    title: str
    notes: tuple[tuple[str, str], ...]
    """When, and what."""
    photos: tuple[tuple[Photo, str], ...]
    """Each with what it is of and when it was taken."""


def places(shown: ReportText) -> list[Place]:
    """Wherever there is something."""
    report = shown.report
    numbers = {one.input for one in report.notes} | {one.input for one in taken(shown)}
    return [_place(number, shown) for number in sorted(numbers, key=lambda one: -1 if one is None else one)]


def taken(shown: ReportText) -> list[Photo]:
    """Photos that were taken at the cabinet; the others were chosen as files."""
    return [photo for photo in shown.report.sign_off.photos if photo.taken]


def counted(shown: ReportText, number: int) -> str:
    """How many photos and notes a channel has; "" for none."""
    notes = sum(one.input == number for one in shown.report.notes)
    photos = sum(one.input == number for one in taken(shown))
    told = [
        shown.words(f"phone.{what}", count=count) for what, count in (("photos", photos), ("notes", notes)) if count
    ]
    return ", ".join(told)


def _place(number: int | None, shown: ReportText) -> Place:
    name = title = shown.words("phone.board") if number is None else f"{number} {shown.name(number)}"
    channel = shown.report.channel(number) if number is not None else None
    if channel is not None:
        title = shown.words.pair(name, shown.verdict(channel))
    of = "phone.photo_of_board" if number is None else "phone.photo_of"
    return Place(
        anchor="at-board" if number is None else f"at-{number}",
        title=title,
        notes=tuple(
            (shown.moment(one.at), shown_text(one.text, 500)) for one in shown.report.notes if one.input == number
        ),
        photos=tuple(
            (one, _said(one, shown.words(of, name=name, at=shown.moment(one.taken)), shown))
            for one in taken(shown)
            if one.input == number
        ),
    )


def _said(photo: Photo, what: str, shown: ReportText) -> str:
    return what if photo.data is not None else f"{what}. {shown.words('phone.photo_gone')}"
