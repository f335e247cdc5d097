"""The report as JSON: the truth that every other format is made from."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import msgspec

from smappee_tui.protocol.fact import TellableError, fact
from smappee_tui.report.model import SCHEMA, Report

_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""Characters that steer a terminal or turn text round; JSON can spell them so that they do neither."""
LARGEST_FILE = 50_000_000
"""Bytes of a JSON file that is read back: far more than any report with photos."""


class NotAReportError(TellableError):
    """The text is no report that this version reads."""


def encode(report: Report) -> bytes:
    """The one way in which a report is written: indented, rows of numbers on one line. UTF-8, ends in a line feed."""
    text = _written(msgspec.to_builtins(report), "")
    return (_UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n").encode()


def decode(content: bytes) -> Report:
    """Read a report back.

    Raises:
        NotAReportError: for anything else.
    """
    if len(content) > LARGEST_FILE:
        raise NotAReportError(fact("report.error.too_large"))
    try:
        schema = msgspec.json.decode(content, type=_OnlySchema).schema
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotAReportError(fact("report.error.no_report", why=str(error))) from error
    if schema != SCHEMA:
        raise NotAReportError(fact("report.error.other_schema", schema=schema[:60], ours=SCHEMA))
    try:
        return msgspec.json.decode(content, type=Report)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotAReportError(fact("report.error.damaged", why=str(error))) from error


def digest(content: bytes) -> str:
    """The sha256 that is printed on every page: any tool that hashes the JSON file gives the same."""
    return hashlib.sha256(content).hexdigest()


class _OnlySchema(msgspec.Struct):
    schema: str


def _written(value: Any, indent: str) -> str:
    inner = indent + " "
    if isinstance(value, dict) and value:
        rows = [f"{inner}{json.dumps(k)}: {_written(v, inner)}" for k, v in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        return "[\n" + ",\n".join(inner + _written(item, inner) for item in value) + f"\n{indent}]"
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 100.0 read back is written as the 100 that it was
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
