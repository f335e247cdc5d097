"""One declaration a command: keys, footer, palette and help all come from it."""

from collections import Counter
from itertools import product

from rich.cells import cell_len

from smappee_tui.tui.app import SmappeeApp
from smappee_tui.tui.commands import COMMANDS, Now, in_footer
from smappee_tui.tui.help import LIVE, help_lines
from smappee_tui.tui.live.screen import LiveScreen
from smappee_tui.tui.widgets.footer import footer_line
from smappee_tui.tui.widgets.lines import length, plain

SITUATIONS = [Now(*flags) for flags in product((False, True), repeat=len(Now._fields))]


def test_no_key_is_taken_twice() -> None:
    keys = Counter(key for command in COMMANDS for key in command.keys.split(","))
    assert [key for key, times in keys.items() if times > 1] == []


def test_every_command_can_be_carried_out() -> None:
    for command in COMMANDS:
        place, _, action = command.action.rpartition(".")
        owner: type = SmappeeApp if place == "app" else LiveScreen
        assert hasattr(owner, f"action_{action}"), command.action


def test_every_command_is_in_the_help() -> None:
    text = " ".join(" ".join(plain(line) for line in help_lines(LIVE, 90)).split())
    assert all(command.help in text for command in COMMANDS)


def test_the_footer_fits_and_always_offers_help_and_the_way_out() -> None:
    for now in SITUATIONS:
        for width in (40, 60, 80, 120, 200):
            content, places = footer_line(in_footer(now), width)
            assert length(content) <= width
            assert plain(content).endswith("quit ")
            assert "help" in plain(content)
            assert places[-1][1] == cell_len(plain(content))


def test_lines_fit_the_help_at_any_width() -> None:
    assert all(length(line) <= 60 for line in help_lines(LIVE, 60))
