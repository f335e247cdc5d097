"""The commands of the find screen and its sheets, each once."""

from __future__ import annotations

from smappee_tui.tui.commands import Command

FIND: tuple[Command, ...] = (
    Command("open", "enter", "⏎", "open", "Show the chosen monitor", footer=1),
    Command("type", "a,slash", "a", "address", "Type an address, a host name or a serial number", footer=2),
    Command("scan", "s", "s", "scan", "Ask every address of a range that you confirm; again: stop it", footer=3),
    Command("doctor", "d", "d", "doctor", "Find out step by step why there is no data", footer=4),
    Command("guide", "p", "p", "portal", "Let the monitor push its data here, through its Expert Portal", footer=5),
    Command("laptop", "b", "b", "broker here", "Start a broker on this laptop for a monitor to push to", footer=6),
    Command("external", "e", "e", "other broker", "Monitors on a broker elsewhere", footer=7),
    Command(
        "cloud", "C", "C", "from the cloud", "Locations that the vendor's cloud knows, without being there", footer=7
    ),
    Command("back_way", "r", "r", "put back", "How to put a monitor back to where it pushed before", footer=10),
    Command("help", "question_mark,f1", "?", "help", "Keys, and what each product can do", footer=8),
    Command("quit", "q", "q", "quit", "Leave; ctrl+c does the same", footer=9),
)
