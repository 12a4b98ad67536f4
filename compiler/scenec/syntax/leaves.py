"""The leaves of the schema: numbers with their dimension and shape, names, and how each is read.

A number stays as it is written (Text, or Items of them) until names are resolved; reading it here
checks its syntax only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from scenec.diagnostics import Diagnostic, Span, did_you_mean
from scenec.syntax.dimension import Dimension
from scenec.syntax.expr import ExpressionError, parse_expression
from scenec.syntax.nodes import Hole, Items, Node, Table, Text
from scenec.syntax.units import UNITS

Written = Text | Items
"""A number, a vector or an argument as its author wrote it."""

FUNCTION_NAMES = (
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sqrt", "exp", "log", "abs", "min", "max",
    "norm", "dot", "cross",
)  # fmt: skip
NOWHERE = Span("the language's defaults", 1, 1)


def default(text: str) -> Text:
    """A default value, written as an author would."""
    return Text(text, NOWHERE)


def default_list(*texts: str) -> Items:
    """A default vector."""
    made = Items(NOWHERE)
    made.extend(default(text) for text in texts)
    return made


class SchemaError(PydanticCustomError):
    """Carries finished diagnostics through pydantic."""

    def __new__(cls, *diagnostics: Diagnostic) -> SchemaError:
        """A fault that reports `diagnostics`."""
        return super().__new__(cls, "scene", "fault", {"diagnostics": diagnostics})


def _fault(code: str, message: str, span: Span, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code, "error", message, span, hint)


@dataclass(frozen=True)
class Measure:
    """A numeric field: its dimension and shape, and the range its authored value must lie in.

    `dimension` is None where any will do, `shape` likewise; `unit` is the SI unit's name where the
    dimension does not tell it (angles).
    """

    dimension: Dimension | None = None
    shape: tuple[int, ...] | None = ()
    unit_name: str | None = None
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None

    @property
    def unit(self) -> str:
        """The SI unit."""
        return self.unit_name or (self.dimension.unit if self.dimension else "any")

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The least value and the greatest; what must be above a number comes as near as it may."""
        return self.above if self.at_least is None else self.at_least, self.at_most

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_read_written)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        element: dict[str, Any] = {"type": ["number", "string"]}
        for extent in reversed(self.shape or ()):
            items = {"type": "array", "items": element, "minItems": extent, "maxItems": extent}
            element = {"anyOf": [items, {"type": "string"}]}
        if self.shape is None:
            element = {"type": ["number", "string", "array"]}
        return element


@dataclass(frozen=True)
class Count(Measure):
    """A constant whole number; it shapes the program, so it is never a parameter."""


def _read_written(node: Any) -> Written:
    faults = tuple(_syntax_faults(node))
    if faults:
        raise SchemaError(*faults)
    return node  # type: ignore[no-any-return]


def _syntax_faults(node: Node) -> Iterator[Diagnostic]:
    if isinstance(node, Hole):
        return
    if isinstance(node, Table):
        yield _fault("E0203", "a number or a list of numbers is expected, not a table", node.span)
    elif isinstance(node, Items):
        if not node:
            hint = "write its numbers, as in [0, 0, 1]"
            yield _fault("E0404", "this list is empty", node.span, hint)
        for item in node:
            yield from _syntax_faults(item)
    else:
        yield from expression_fault(node)


def expression_fault(text: Text) -> Iterator[Diagnostic]:
    """What is wrong with the syntax of `text`, if anything."""
    try:
        parse_expression(str(text))
    except ExpressionError as fault:
        hint = fault.hint
        yield _fault("E0401", fault.message, text.part(fault.first, fault.last), hint)


@dataclass(frozen=True)
class Name:
    """A name: of a thing that is defined here (a key) or of one that is meant (a reference)."""

    what: str
    pattern: str = r"[A-Za-z_][\w-]*"
    hint: str = "use letters, digits and _, beginning with a letter"
    reserved: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        check = core_schema.no_info_plain_validator_function(self._read)
        return core_schema.json_or_python_schema(core_schema.str_schema(), check)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string"}

    def _read(self, node: Any) -> Text:
        if isinstance(node, Hole):
            return node
        if not isinstance(node, Text):
            span = getattr(node, "span", NOWHERE)
            raise SchemaError(_fault("E0205", f"the name of {self.what} is expected here", span))
        if not re.fullmatch(self.pattern, node):
            message = f"`{node}` cannot be the name of {self.what}" if node else "a name is missing"
            raise SchemaError(_fault("E0205", message, node.span, self.hint))
        if node in self.reserved:
            message = f"`{node}` is reserved and cannot be the name of {self.what}"
            raise SchemaError(_fault("E0205", message, node.span, "choose another name"))
        return node


IDENTIFIER = r"[A-Za-z_]\w*"
RESERVED = (*UNITS, *FUNCTION_NAMES, "pi")
REFERENCE = r"[A-Za-z_][\w.-]*"
PATTERN = r"[A-Za-z_{](?:[\w.-]|\{[^{}]*\})*"


def unknown_word(what: str, word: str, allowed: tuple[str, ...], span: Span) -> Diagnostic:
    """The fault of a word that is none of those allowed."""
    known = ", ".join(allowed)
    hint = did_you_mean(word, allowed, f"one of: {known}")
    return _fault("E0204", f"`{word}` is no {what}; it is one of {known}", span, hint)
