"""One declaration a command: keys, footer, palette and help all come from it."""

import importlib
import pkgutil
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations

import pytest
from rich.cells import cell_len
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from smappee_tui import tui
from smappee_tui.i18n import LANGUAGES, Language, use
from smappee_tui.i18n.language import load
from smappee_tui.tui import commands
from smappee_tui.tui.app import SmappeeApp
from smappee_tui.tui.commands import COMMANDS, Command, Now, in_footer
from smappee_tui.tui.help import LIVE, help_lines
from smappee_tui.tui.live.screen import LiveScreen
from smappee_tui.tui.palette import Palette
from smappee_tui.tui.widgets.footer import Framed, footer_line
from smappee_tui.tui.widgets.lines import length, plain

ALL = [
    one for value in vars(commands).values() if isinstance(value, tuple) for one in value if isinstance(one, Command)
]
MOVES = {"j", "k"}
"""Up and down, in every list."""
APART = {"e": {"elsewhere", "export"}}
"""No letter is left: on the way to one monitor another broker, on the screen of all monitors the list as CSV. Nobody
meets both in one run of the program."""


def nodes(of: type[DOMNode] = DOMNode) -> Iterator[type[DOMNode]]:
    """Every screen and widget of the program."""
    for module in pkgutil.walk_packages(tui.__path__, tui.__name__ + "."):
        importlib.import_module(module.name)
    for one in of.__subclasses__():
        if one.__module__.startswith(tui.__name__):
            yield one
        yield from nodes(one)


def test_a_letter_means_one_thing_on_all_screens() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for node in set(nodes()):
        for binding in node.BINDINGS:
            made = binding if isinstance(binding, Binding) else Binding(*binding)
            for key in made.key.split(","):
                if (len(key) == 1 and key.isalpha() and key not in MOVES) or key in ("slash", "question_mark"):
                    meanings[key].add(made.description.partition("_")[2] or made.description)
    assert {key: found for key, found in meanings.items() if len(found) != 1 or "" in found} == APART
    assert set("rTFDxyCq") <= set(meanings)


def test_the_table_itself_has_no_letter_twice() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for command in ALL:
        for key in command.keys.split(","):
            if len(key) == 1 and key.isalpha() and key not in MOVES:
                meanings[key].add(command.meaning)
    assert {key: found for key, found in meanings.items() if len(found) > 1} == APART


def test_every_screen_has_the_footer_and_its_help() -> None:
    for screen in {node for node in nodes() if issubclass(node, Screen)} - {Framed, Palette}:  # that one is Textual's
        assert issubclass(screen, Framed), screen
        assert any(c.action == "help" for c in screen.KEYS) or screen is LiveScreen or screen.__name__ == "HelpSheet", (
            screen
        )


def test_nothing_but_the_way_out_goes_before_the_keys_that_were_typed() -> None:
    """A binding with priority acts before what was typed into a field has arrived there."""
    first = {(node.__name__, b.key) for node in nodes() for b in node.BINDINGS if isinstance(b, Binding) and b.priority}
    app = {("SmappeeApp", key) for key in ("ctrl+c", "f2", "f3")}
    assert first == app | {("ReportScreen", "ctrl+d")}


_FEW = [flags for few in range(4) for flags in combinations(Now._fields, few)]
SITUATIONS = [Now(**dict.fromkeys(Now._fields, rest) | dict.fromkeys(some, not rest))
              for some in _FEW for rest in (False, True)]  # fmt: skip
"""All but up to three flags alike: every three of them meet in every way that matters for what has room."""


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


def test_report_and_test_are_in_the_footer_at_every_width() -> None:
    for language in LANGUAGES:
        use(language)
        for now in SITUATIONS:
            for width in (60, 70, 80, 100, 120, 160, 200):
                shown = footer_line(in_footer(now), width)[1]
                assert not now.rows or {"report", "guide"} <= {action for _, _, action in shown}, (language, now, width)


def test_lines_fit_the_help_at_any_width() -> None:
    assert all(length(line) <= 60 for line in help_lines(LIVE, 60))


NAMES_A_KEY = {
    "cloud_screen.no_past_week": "wiring_days",
    "cloud_screen.stopped_keys": "wiring_days",
    "corrections_screen.more": "live_corrections",
    "find.cloud_knows": "find_cloud",
    "find.put_back": "find_put_back",
    "guided.run_later": "guided_next",
    "guided_screen.then_report": "guided_report",
    "job.anew_offer": "job_anew",
    "job.goes_on": "live_job",
    "live.devices": "live_devices",
    "live.news_more": "live_findings",
    "live.several": "live_locations",
    "portal_screen.code": "portal_code",
    "portal_screen.logon_and_code": "portal_code",
    "share.lost": "share_stop",
}
"""Sentences that name a key, and the command that it stands for."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_names_the_key_that_there_is(language: Language) -> None:
    signs = {command.text: command.sign for command in ALL}
    for code, command in NAMES_A_KEY.items():
        section, _, key = code.partition(".")
        forms = [text for name, text in load(language, section).items() if name in (key, f"{key}_one", f"{key}_other")]
        assert forms, code
        for text in forms:
            assert re.search(rf"(?<!\w){signs[command]}(?!\w)", text), (code, text)
