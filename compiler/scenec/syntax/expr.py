"""Expressions: their syntax tree and the parser that makes it.

Trees hold offsets into the text, not places in a file, so that equal texts share one tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from lark import Lark, Token, UnexpectedInput, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken, VisitError
from lark.tree import Meta
from lark.visitors import Transformer_InPlace

from scenec.diagnostics import did_you_mean
from scenec.syntax.units import UNITS

MAX_LENGTH = 2000
MAX_DEPTH = 60


class ExpressionError(Exception):
    """The text from `first` to `last` does not fit an expression's syntax."""

    def __init__(self, message: str, first: int, last: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.first, self.last, self.hint = message, first, last, hint


@dataclass(frozen=True, slots=True)
class Expr:
    """Base of the kinds of expression; `first` and `last` bound its letters in the text."""

    first: int
    last: int
    depth: int


@dataclass(frozen=True, slots=True)
class Number(Expr):
    """A number as it is written, with the unit that directly follows it."""

    text: str
    unit: str | None = None
    power: int = 1


@dataclass(frozen=True, slots=True)
class Name(Expr):
    """A parameter, constant, argument, unit or `pi`."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation(Expr):
    """An operator (add, sub, mul, div, neg, pow) and its operands."""

    operator: str
    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function and its arguments."""

    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Index(Expr):
    """One element of a vector."""

    vector: Expr
    index: Expr


@dataclass(frozen=True, slots=True)
class Vector(Expr):
    """A vector, element by element."""

    items: tuple[Expr, ...]


@lru_cache(maxsize=10_000)
def parse_expression(text: str) -> Expr:
    """The syntax tree of `text`; ExpressionError where it has none."""
    if len(text) > MAX_LENGTH:
        message = f"an expression has at most {MAX_LENGTH} letters"
        raise ExpressionError(message, 0, len(text), "name its parts in `constants`")
    if not text.strip():
        raise ExpressionError("a number or an expression is expected, and nothing is there", 0, 1)
    try:
        tree = _TreeBuilder().transform(_parser().parse(text))
    except UnexpectedInput as fault:
        raise _explained(fault, text) from None
    except VisitError as fault:
        raise fault.orig_exc from None
    if not isinstance(tree, Expr):
        raise AssertionError(f"the parser made {tree!r}")
    if tree.depth > MAX_DEPTH:
        message = f"an expression is nested at most {MAX_DEPTH} levels deep"
        raise ExpressionError(message, 0, len(text), "name its parts in `constants`")
    return tree


@cache
def _parser() -> Lark:
    grammar = resources.files("scenec.syntax").joinpath("expr.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True)


def _explained(fault: UnexpectedInput, text: str) -> ExpressionError:
    """What is wrong, in an author's words."""
    if isinstance(fault, UnexpectedCharacters):
        at = fault.pos_in_stream or 0
        return ExpressionError(f"`{text[at]}` is not expected here", at, at + 1)
    if isinstance(fault, UnexpectedEOF) or (
        isinstance(fault, UnexpectedToken) and fault.token.type == "$END"
    ):
        end = len(text.rstrip())
        opened = text.count("(") > text.count(")") or text.count("[") > text.count("]")
        hint = "close the bracket; within {...} or [...] a comma needs quotes around the expression"
        last = max(0, end - 1)
        return ExpressionError(
            "the expression breaks off here", last, end, hint if opened else None
        )
    if isinstance(fault, UnexpectedToken):
        token, at = fault.token, fault.token.start_pos or 0
        hint = _token_hint(token, text[:at].rstrip())
        return ExpressionError(f"`{token}` is not expected here", at, at + len(token), hint)
    return ExpressionError("this is not an expression", 0, len(text))


def _token_hint(token: Token, before: str) -> str | None:
    if token.type != "NAME":
        return "a number ends here" if token.type == "NUMBER" and before[-1:].isalnum() else None
    if token in UNITS:
        return "join units with `*` and `/`, as in `N*m`"
    return did_you_mean(token, UNITS, "put an operator (`+ - * /`) before it")


@v_args(meta=True)
class _TreeBuilder(Transformer_InPlace[Token, Expr]):
    """Makes the tree from lark's, in place: depth costs no recursion."""

    def number(self, meta: Meta, parts: Sequence[Token]) -> Expr:
        return Number(meta.start_pos, meta.end_pos, 1, str(parts[0]))

    def measure(self, meta: Meta, parts: Sequence[Token]) -> Expr:
        number, unit, *power = parts
        if unit not in UNITS:
            message = f"there is no unit `{unit}`"
            hint = did_you_mean(unit, UNITS, "put an operator (`+ - * /`) between number and name")
            start = unit.start_pos or 0
            raise ExpressionError(message, start, start + len(unit), hint)
        exponent = int(power[0]) if power else 1
        return Number(meta.start_pos, meta.end_pos, 1, str(number), str(unit), exponent)

    def name(self, meta: Meta, parts: Sequence[Token]) -> Expr:
        return Name(meta.start_pos, meta.end_pos, 1, str(parts[0]))

    def call(self, meta: Meta, parts: Sequence[Token | Expr]) -> Expr:
        arguments = tuple(p for p in parts if isinstance(p, Expr))
        return Call(meta.start_pos, meta.end_pos, _above(arguments), str(parts[0]), arguments)

    def index(self, meta: Meta, parts: Sequence[Expr]) -> Expr:
        vector, index = parts
        return Index(meta.start_pos, meta.end_pos, _above(parts), vector, index)

    def vector(self, meta: Meta, parts: Sequence[Expr]) -> Expr:
        return Vector(meta.start_pos, meta.end_pos, _above(parts), tuple(parts))

    def _operation(self, operator: str, meta: Meta, parts: Sequence[Expr]) -> Expr:
        return Operation(meta.start_pos, meta.end_pos, _above(parts), operator, tuple(parts))

    def add(self, meta: Meta, parts: Sequence[Expr]) -> Expr:
        return self._operation("add", meta, parts)

    def sub(self, meta: Meta, parts: Sequence[Expr]) -> Expr:
        return self._operation("sub", meta, parts)

    def mul(self, meta: Meta, parts: Sequence[Expr]) -> Expr:
        return self._operation("mul", meta, parts)

    def div(self, meta: Meta, parts: Sequence[Expr]) -> Expr:
        return self._operation("div", meta, parts)

    def pow(self, meta: Meta, parts: Sequence[Expr]) -> Expr:
        return self._operation("pow", meta, parts)

    def neg(self, meta: Meta, parts: Sequence[Expr]) -> Expr:
        return self._operation("neg", meta, parts)


def _above(parts: Sequence[Expr]) -> int:
    return 1 + max(part.depth for part in parts)
