import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smappee_tui.i18n.plaintext import REPLACED, clean, cut, pad, width, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Küche + [L1]", "Küche + [L1]"),
        ("two\nlines\tand\r\nmore", "two lines and  more"),
        ("\x1b[31mred\x07", f"{REPLACED}[31mred{REPLACED}"),
        ("abc\u202edcba\u2066x\u200b", "abcdcbax"),
        ("e" + "\u0301" * 40, "e" + "\u0301" * 3),
        ("\u0301\u0301x", "x"),
        ("\ud800", REPLACED),
        ("  padded  ", "padded"),
        ("", ""),
    ],
)
def test_clean_keeps_names_and_takes_away_what_steers(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text())
def test_nothing_that_steers_is_left(text: str) -> None:
    shown = clean(text)
    assert not {unicodedata.category(letter) for letter in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert clean(shown) == shown
    shown.encode("utf-8")


@given(st.text(), st.integers(0, 40), st.booleans())
def test_pad_fills_exactly(text: str, cells: int, right: bool) -> None:
    shown = pad(clean(text), cells, right=right)
    assert width(shown) == cells


@given(st.text(), st.integers(0, 40))
def test_cut_never_gets_longer_than_asked(text: str, cells: int) -> None:
    assert width(cut(clean(text), cells)) <= cells


def test_wide_letters_count_twice() -> None:
    assert width("漢字") == 4
    assert cut("漢字漢字", 5) == "漢字…"
    assert pad("漢", 4) == "漢  "


@given(st.text(), st.integers(8, 80))
def test_wrap_keeps_every_word_within_the_width(text: str, cells: int) -> None:
    lines = wrap(clean(text), cells, first="  - ", rest="    ")
    assert all(width(line) <= cells for line in lines)
    assert "".join("".join(lines).split()).removeprefix("-") == "".join(clean(text).split())


def test_wrap_breaks_at_spaces() -> None:
    assert wrap("one two three", 9, first="- ", rest="  ") == ["- one two", "  three"]
    assert wrap("", 10) == [""]
