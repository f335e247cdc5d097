import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from smappee_tui.i18n.text import REPLACED, clean, cut, fit, wrap
from tests.tui.houses import HOSTILE_NAMES


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("Kitchen", "Kitchen"),
        ("CT [L1] main", "CT [L1] main"),
        ("[/L1]", "[/L1]"),
        ("\x1b[31m", f"{REPLACED}[31m"),
        ("a\nb\tc\x00\x7f", f"a b c{REPLACED}{REPLACED}"),
        ("\u202eabc\u202c", "abc"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("e\u0301", "é"),
        ("☀\ufe0f", "☀"),
        ("\ud800", REPLACED),
        ("nbsp\u00a0here", "nbsp here"),
        ("line\u2028separator", "line separator"),
        ("漢字", "漢字"),
        ("", ""),
    ],
)
def test_device_text_is_made_visible(given_text: str, expected: str) -> None:
    assert clean(given_text) == expected


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("width", [1, 2, 7, 20])
def test_a_width_is_filled_exactly(name: str, width: int) -> None:
    assert cell_len(fit(clean(name), width)) == width


@given(st.text(max_size=80), st.integers(0, 30))
def test_whatever_comes_takes_the_cells_asked_for_and_steers_nothing(name: str, width: int) -> None:
    text = fit(clean(name), width)
    assert cell_len(text) == width
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs") for c in text)
    assert clean(clean(name)) == clean(name)


@given(st.text(alphabet="ab 漢é", max_size=80), st.integers(2, 30))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_cut_and_fit() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("漢字漢字", 4) == "漢…"
    assert fit("ab", 4) == "ab  "
    assert fit("ab", 4, right=True) == "  ab"
    assert cut("abc", 0) == ""


@given(st.text(), st.integers(8, 80))
def test_wrapped_lines_begin_as_wished(text: str, width: int) -> None:
    lines = wrap(clean(text), width, first="  - ", rest="    ")
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()).removeprefix("-") == "".join(clean(text).split())


def test_wrap_breaks_at_spaces() -> None:
    assert wrap("one two three", 9, first="- ", rest="  ") == ["- one two", "  three"]
    assert wrap("", 10) == [""]


def test_a_heap_of_marks_is_cut_down() -> None:
    assert clean("x" + "\u0301" * 40) == "x" + "\u0301" * 3
    assert clean("\u0301\u0301x") == "x"


def test_thousands_stay_together() -> None:
    assert wrap("Clamp 6 gives 3 668 W: is it", 16) == ["Clamp 6 gives", "3 668 W: is it"]


def test_a_number_stays_with_its_unit() -> None:
    assert wrap("it changed by -870 W then", 18) == ["it changed by", "-870 W then"]
    assert wrap("on 3 Weeks of 12 %", 6) == ["on 3", "Weeks", "of", "12 %"]
