"""A payload of which a part is damaged: the rest is read all the same, and what was lost is said with its place.

Only for what `decode` refused, so it may be slow. What the text is made of is mended first (bytes that are no UTF-8,
half a surrogate pair, a control character, an escape or a number that is none): in a name that costs the character,
elsewhere the value. Then every value of the wrong form is left out, as if the monitor had not sent it, until the
decoder is content: that costs the value, or the element of a list that cannot do without it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from smappee_tui.protocol.decode import decode
from smappee_tui.protocol.fact import Fact, UnreadableError, fact
from smappee_tui.protocol.messages import CloudFeed, Message, Other
from smappee_tui.protocol.topics import Topic
from smappee_tui.protocol.wire import DEEPEST_WRAP, FAILURES, LARGEST_MENDED, WRAPPER_KEY, mended

MOST_PIECES = 16
"""Values left out of one payload. One that has more of them is not damaged but something else."""
MOST_TOLD = 5
"""Places of one payload that are named; the rest is counted."""
_MOST_DIGITS = 1000
UNKNOWN_CHARACTER = "\ufffd"
NAMES = frozenset({"name", "label"})
"""Texts that are shown and never interpreted: one that is damaged is still a name."""
_WRONG_VALUE = frozenset({"messages.wrong_type", "messages.missing_field", "messages.decoder", "messages.no_number"})
_ESCAPE = re.compile(r'(\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))|\\')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[^\s,:{}\[\]"]+', re.DOTALL)
_SCALAR = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity", re.ASCII)
"""What stands outside of quotes, and what of it JSON knows: anything else is a damaged number."""
DAMAGED_NUMBER = "\udbff"
"""Stands for one, as the only thing in a text."""
NO_TEXT = re.compile("[\ud800-\udfff]+")
"""What Python holds for a byte that is no UTF-8, and for half a surrogate pair. JSON that is well formed has none, so
whatever else is no text is made one of them, and found again wherever it stands."""
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")


class ReadInPart(NamedTuple):
    """What could be read of a damaged payload."""

    topic: Topic
    message: Message
    lost: tuple[Fact, ...]
    """What could not, each with topic and place; empty where the slip was harmless after all."""
    names_only: bool
    """Nothing but characters of names was lost."""


class _NoNumber:
    """NaN or an infinity, which JSON does not have."""


def read_in_part(topic: str, payload: bytes, error: UnreadableError) -> ReadInPart | None:
    """Read what can be read of a payload that `decode` refused.

    Args:
        topic: as received.
        payload: as received.
        error: what `decode` said.

    Returns:
        The message without what was damaged; None where nothing can be saved.
    """
    if len(payload) > LARGEST_MENDED:
        return None
    damage = _Damage()
    try:
        whole = damage.taken_from(_document(payload), "$")
    except FAILURES:
        return None
    pieces: dict[str, Fact] = {}
    while True:
        try:
            parts, message = decode(topic, json.dumps(whole).encode())
            break
        except UnreadableError as again:
            if again.reason.code not in _WRONG_VALUE or not _left_out(whole, again.place):
                return None
            pieces.setdefault(str(again.place), again.reason)
            if len(pieces) > MOST_PIECES:
                return None
        except FAILURES:  # nested too deeply to be written again
            return None
    return ReadInPart(parts, message, _told(topic, [*pieces.items(), *damage.places]), not pieces and not damage.values)


def passed_over(topic: str, payload: bytes, parts: Topic, message: Message) -> ReadInPart | None:
    """What `decode` read without a word although a part is missing: it takes a key that is no text for somebody
    else's, and its value goes with it.

    Args:
        topic: as received.
        payload: as received.
        parts: what `decode` gave, as `message`.
        message: of a topic that is read.

    Returns:
        None where every key is one.
    """
    if payload.isascii() or len(payload) > LARGEST_MENDED or isinstance(message, Other | CloudFeed):
        return None
    try:
        payload.decode()
        return None
    except UnicodeDecodeError:
        damage = _Damage()
    try:
        damage.taken_from(_document(payload), "$")
    except FAILURES:
        return None
    if not damage.keys:
        return None
    return ReadInPart(parts, message, _told(topic, damage.keys), False)


def _told(topic: str, lost: list[tuple[str, Fact]]) -> tuple[Fact, ...]:
    """Where what was lost, and why: the first places, and how many more."""
    facts = [
        fact("messages.damaged", topic=topic, reason=reason, place=place[:200]) for place, reason in lost[:MOST_TOLD]
    ]
    if len(lost) > MOST_TOLD:
        facts.append(fact("messages.damaged_more", count=len(lost) - MOST_TOLD))
    return tuple(facts)


def _document(payload: bytes) -> Any:
    """The payload as Python holds it, out of its wrapper, with a lone surrogate for everything that is no text.

    Raises:
        ValueError, RecursionError: when it is not JSON otherwise.
    """
    whole = parsed(mended(payload).rstrip(b"\0").decode("utf-8", "surrogateescape"))
    for _ in range(DEEPEST_WRAP):
        if not isinstance(whole, dict) or WRAPPER_KEY not in whole:
            break
        inner = whole[WRAPPER_KEY]
        whole = parsed(inner) if isinstance(inner, str) else inner
    return whole


def parsed(text: str, constant: Callable[[str], object] = lambda _: _NoNumber()) -> Any:
    """JSON as Python holds it, with a lone surrogate for everything that is no text.

    Args:
        text: bytes that are no UTF-8 are lone surrogates in it already.
        constant: what is made of "NaN", the infinities and a number of a thousand digits.

    Raises:
        ValueError, RecursionError: when it is not JSON otherwise.
    """

    def whole(digits: str) -> object:  # Python takes no more than some thousand
        return int(digits) if len(digits) < _MOST_DIGITS else constant("Infinity")

    text = _CONTROL.sub(lambda found: chr(0xDC00 + ord(found[0])), text)
    text = _ESCAPE.sub(lambda found: found[1] or chr(0xDC00 + ord("\\")), text)
    try:
        return json.loads(text, strict=False, parse_constant=constant, parse_int=whole)
    except json.JSONDecodeError:
        if not text.lstrip().startswith("{"):
            raise
    return json.loads(_TOKEN.sub(_token, text), strict=False, parse_constant=constant, parse_int=whole)


def _token(found: re.Match[str]) -> str:
    return found[0] if found[0][0] == '"' or _SCALAR.fullmatch(found[0]) else f'"{DAMAGED_NUMBER}"'


class _Damage:
    """Takes the damage out of a document, and keeps where it was."""

    def __init__(self) -> None:
        self.places: list[tuple[str, Fact]] = []
        """Each with what is wrong there."""
        self.keys: list[tuple[str, Fact]] = []
        """Those of them where it is the key that is no text."""
        self.values = False
        """Something else than a name was damaged."""

    def taken_from(self, value: Any, path: str, key: str = "") -> Any:
        """The value without damage.

        Args:
            value: as `_document` gives it.
            path: where it stands.
            key: under which name.
        """
        if isinstance(value, dict):
            tidy = {self._key(name, path): inner for name, inner in value.items()}
            return {name: self.taken_from(inner, f"{path}.{name}", name) for name, inner in tidy.items()}
        if isinstance(value, list):
            return [self.taken_from(inner, f"{path}[{number}]") for number, inner in enumerate(value)]
        if isinstance(value, _NoNumber) or value == DAMAGED_NUMBER:
            self.places.append((path, fact("messages.no_number")))
            self.values = True
            return None
        return self._text(value, path, name=key in NAMES) if isinstance(value, str) else value

    def _key(self, name: str, path: str) -> str:
        if NO_TEXT.search(name) is None:
            return name
        tidy = NO_TEXT.sub(UNKNOWN_CHARACTER, name)
        self.keys.append((f"{path}.{tidy}", fact("messages.not_text")))
        self.places.append(self.keys[-1])
        self.values = True  # of which value it was the key, nobody can say
        return tidy

    def _text(self, value: str, path: str, *, name: bool) -> Any:
        if NO_TEXT.search(value) is None:
            return value
        self.places.append((path, fact("messages.not_text")))
        self.values = self.values or not name
        return NO_TEXT.sub(UNKNOWN_CHARACTER, value) if name else None


def _left_out(whole: Any, place: str | int) -> bool:
    """Take the value at a path out of the document; False where there is no such value, or it is the whole.

    The elements of a list keep their places, which say something: one gives way to null, then to
    an object with nothing in it, and goes only where that will not do either.
    """
    steps: list[str | int] = [name or int(number) for name, number in _STEP.findall(str(place))]
    if isinstance(place, int) or not steps:
        return False
    last = steps[-1]
    try:
        for step in steps[:-1]:
            whole = whole[step]
        before = whole[last]
        if isinstance(last, str) or before == {}:
            del whole[last]
        else:
            whole[last] = {} if before is None else None
    except (LookupError, TypeError):
        return False
    return True
