"""One text form for SceneIR and LayoutIR: what `scenec dump` prints and golden tests compare.

A record is its fields, a line each, nested records indented; what is absent, empty or a place in a
source file is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from scenec.diagnostics import Span
from scenec.ir.scalar import Scalar
from scenec.ir.scalar import show as show_scalar

_LEFT_OUT = ("authored",)


def show(record: object) -> str:
    """The text of a SceneIR or LayoutIR."""
    return "\n".join(_lines(record, 0)) + "\n"


def _lines(record: object, depth: int) -> Iterator[str]:
    pad = "  " * depth
    for field in fields(record):  # type: ignore[arg-type]
        value = getattr(record, field.name)
        if isinstance(value, Span) or value is None or value == () or field.name in _LEFT_OUT:
            continue
        if _is_record(value):
            yield f"{pad}{field.name}:"
            yield from _lines(value, depth + 1)
        elif isinstance(value, tuple) and _is_record(value[0]):
            yield f"{pad}{field.name}:"
            for item in value:
                yield from _item(item, depth + 1)
        else:
            yield f"{pad}{field.name}: {_inline(value)}"


def _item(record: object, depth: int) -> Iterator[str]:
    """A record in a list: its first line carries the dash."""
    first, *rest = list(_lines(record, depth + 1)) or ["  " * (depth + 1)]
    yield "  " * depth + "- " + first.lstrip()
    yield from rest


def _inline(value: object) -> str:
    if isinstance(value, Scalar):
        return show_scalar(value)
    if isinstance(value, tuple):
        return f"[{', '.join(_inline(item) for item in value)}]"
    return str(value)


def _is_record(value: object) -> bool:
    return is_dataclass(value) and not isinstance(value, Scalar | Span)
