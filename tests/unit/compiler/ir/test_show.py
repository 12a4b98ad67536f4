"""The text form of the intermediate representations shows all that is in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from scenec.diagnostics import Span
from scenec.driver import Stage, compile_file
from scenec.ir.scalar import ONE, ZERO, Constant, ParameterElement, Scalar
from scenec.ir.show import show

MACHINE = Path(__file__).parents[3] / "machines" / "everything.yaml"
HERE = Span("test", 1, 1)


@dataclass(frozen=True)
class Leaf:
    """A record of plain values."""

    name: str
    size: Scalar
    place: tuple[Scalar, ...] = ()
    note: str | None = None
    span: Span = HERE


@dataclass(frozen=True)
class Branch:
    """A record of records."""

    name: str
    first: Leaf
    rest: tuple[Leaf, ...] = ()
    pairs: tuple[tuple[Scalar, Scalar] | None, ...] = ()


def test_a_field_a_line() -> None:
    leaf = Leaf("a", ParameterElement("p") * 2.0, (ONE, ZERO), "short")
    assert show(leaf) == "name: a\nsize: p * 2\nplace: [1, 0]\nnote: short\n"


def test_what_is_absent_empty_or_a_place_in_a_file_is_left_out() -> None:
    assert show(Leaf("a", ZERO)) == "name: a\nsize: 0\n"


def test_records_within_records_are_indented() -> None:
    tree = Branch(
        "b", Leaf("a", ONE), (Leaf("c", ONE), Leaf("d", ONE, (ONE,))), ((ZERO, ONE), None)
    )
    assert show(tree).splitlines() == [
        "name: b",
        "first:",
        "  name: a",
        "  size: 1",
        "rest:",
        "  - name: c",
        "    size: 1",
        "  - name: d",
        "    size: 1",
        "    place: [1]",
        "pairs: [[0, 1], None]",
    ]


def variants(record: Any) -> Iterator[tuple[str, Any]]:
    """`record` with one value changed, for each value in it; lists by their first item."""
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name == "authored" or isinstance(value, Span):
            continue
        for place, other in changed(value):
            yield f"{field.name}{place}", replace(record, **{field.name: other})


def changed(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Scalar):
        yield "", Constant(123.25)
    elif is_dataclass(value):
        yield from ((f".{place}", other) for place, other in variants(value))
    elif isinstance(value, tuple) and value:
        yield from ((f"[0]{p}", (other, *value[1:])) for p, other in changed(value[0]))
        yield "[:-1]", value[:-1]
    elif isinstance(value, str):
        yield "", value + "?"
    elif isinstance(value, bool):
        yield "", not value
    elif isinstance(value, int | float):
        yield "", value + 17


@pytest.mark.parametrize("coordinates", ["reduced", "maximal"])
@pytest.mark.parametrize("stage", ["scene_ir", "layout"])
def test_whatever_changes_shows(stage: str, coordinates: str) -> None:
    settings = (("options.coordinates", coordinates),)
    ir = getattr(compile_file(MACHINE, settings=settings, to=Stage.FLATTEN), stage)
    text, count = show(ir), 0
    for place, other in variants(ir):
        assert show(other) != text, place
        count += 1
    assert count > 60
