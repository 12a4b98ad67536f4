"""The reference and the JSON Schema that are made from the schema."""

from __future__ import annotations

import json
from pathlib import Path

from scenec.syntax.reference import json_schema, markdown

DOCS = Path(__file__).parents[4] / "docs"


def test_the_page_in_docs_is_up_to_date() -> None:
    page = (DOCS / "scene-language.md").read_text("utf-8")
    assert page == markdown(), "run tools/write_reference.py"


def test_every_field_of_the_reference_has_a_meaning() -> None:
    rows = [line for line in markdown().splitlines() if line.startswith("| `")]
    assert rows
    assert all(len(row.split("|")[4].strip()) > 5 for row in rows)


def test_the_json_schema_knows_keys_units_and_words() -> None:
    schema = json.loads(json.dumps(json_schema()))
    hinge = schema["$defs"]["Hinge"]
    assert "axis" in hinge["required"]
    assert hinge["additionalProperties"] is False
    assert schema["$defs"]["Options"]["properties"]["contacts"]["enum"] == ["all", "listed"]
    assert schema["$defs"]["Options"]["properties"]["timestep"]["default"] == "10 ms"
