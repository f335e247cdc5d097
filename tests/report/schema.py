"""The JSON schema of a report: as it is shipped, and as it follows from the model."""

import json
from importlib.resources import files
from typing import Any

import msgspec

from smappee_tui.report.model import SCHEMA, Report


def schema_of_model() -> dict[str, Any]:
    made = msgspec.json.schema(Report)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "Commissioning report of smappee-tui",
        **made,
    }


def shipped_schema() -> dict[str, Any]:
    text = (files("smappee_tui.report") / "report.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
