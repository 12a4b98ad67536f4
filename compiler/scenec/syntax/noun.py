"""The base of all schema models: a table of the scene file that knows where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, PrivateAttr, model_validator

from scenec.diagnostics import Span
from scenec.syntax.leaves import NOWHERE, Measure
from scenec.syntax.nodes import Items, Node, Table, Text


class Noun(BaseModel):
    """One kind of table in a scene file."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, populate_by_name=False, frozen=True
    )

    _span: Span = PrivateAttr(default=NOWHERE)

    @property
    def span(self) -> Span:
        """Where the table stands: its key, or its beginning."""
        return self._span

    @model_validator(mode="wrap")
    @classmethod
    def _remember_place(cls, node: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        if isinstance(node, Table):
            node.model = cls
        made = handler(node)
        made._span = getattr(node, "span", NOWHERE)
        return made

    def table(self) -> Table:
        """This noun as a table, defaults written out."""
        made = Table(self.span)
        for name, field in type(self).model_fields.items():
            node = _node(getattr(self, name))
            if node is not None:
                made[field.alias or name] = node
        made.update({key: _node(value) for key, value in (self.model_extra or {}).items()})
        return made

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """The keys that the table may have."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @classmethod
    def needs(cls, key: str) -> bool:
        """Whether the table must have `key`."""
        return key in cls.model_fields and cls.model_fields[key].is_required()

    @classmethod
    def measure(cls, field: str) -> Measure:
        """Dimension, shape and range of a numeric field."""
        return next(m for m in cls.model_fields[field].metadata if isinstance(m, Measure))


def _node(value: Any) -> Node | None:
    """A field's value as a node; None where it is absent or empty."""
    if isinstance(value, Noun):
        return value.table()
    if isinstance(value, Text | Items):
        return value
    if isinstance(value, dict) and value:
        table = Table(NOWHERE)
        table.update((key, _node(item)) for key, item in value.items())
        return table
    if isinstance(value, list | tuple) and value:
        items = Items(NOWHERE)
        items.extend(_node(item) for item in value)
        return items
    return Text(value, NOWHERE) if isinstance(value, str) else None


def by_type(fallback: str | None = None) -> Callable[[Any], str | None]:
    """Tells the members of a union apart by their key `type`, `fallback` where it is absent.

    Tags show up in the locations of errors; the word before the type keeps them apart from keys.
    """

    def tag(node: Any) -> str | None:
        if isinstance(node, Noun):
            return f"type {node.type}"  # type: ignore[attr-defined]
        word = node.get("type", fallback) if isinstance(node, dict) else None
        return None if word is None else f"type {word}"

    return tag


def by_key(*keys: str, otherwise: str | None = None) -> Callable[[Any], str | None]:
    """Tells the members of a union apart by which of `keys` they have; `otherwise` is what is no
    table."""

    def tag(node: Any) -> str | None:
        if isinstance(node, Noun):
            node = type(node).model_fields
        if not isinstance(node, dict):
            return otherwise
        return next((f"key {key}" for key in keys if key in node), None)

    return tag
