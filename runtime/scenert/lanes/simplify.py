"""Identities of arithmetic, applied while a program is built.

A constant zero is structural: it marks an entry that a sparse matrix does not have, or a cotangent
that nothing contributes to. So 0 * x is 0 and x + 0 is x for every x, also where x is infinite,
not a number or a negative zero; so is 0 / x. A division by what all lanes share is a multiplication
by its inverse, which is found once: the result is rounded twice. All other identities here hold for
every number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from scenert.lanes.program import BOOLEAN, FLOATS, Instruction, Number, Type


class Builder(Protocol):
    """What the identities need of the program under construction."""

    def constant(self, type_: Type, value: Number) -> int:
        """The value that is this constant."""

    def known(self, value: int) -> Number | None:
        """The constant that a value is, or None."""

    def definition(self, value: int) -> Instruction | None:
        """The instruction that computes a value, or None."""

    def uniform(self, value: int) -> bool:
        """Whether a value is uniform."""

    def emit(self, op: str, type_: Type, *operands: int) -> int:
        """The value of `op` on the operands."""


def simplify(builder: Builder, op: str, type_: Type, operands: tuple[int, ...]) -> int | None:
    """A value that equals `op` on the operands and costs less; None if none is known."""
    rule = _RULES.get(op)
    return rule(builder, type_, *operands) if rule else None


def _negated(builder: Builder, value: int) -> int | None:
    """x where the value is -x."""
    definition = builder.definition(value)
    return definition.operands[0] if definition and definition.op == "neg" else None


def _add(builder: Builder, type_: Type, x: int, y: int) -> int | None:
    if builder.known(x) == 0:
        return y
    if builder.known(y) == 0:
        return x
    if (opposite := _negated(builder, y)) is not None:
        return builder.emit("sub", type_, x, opposite)
    if (opposite := _negated(builder, x)) is not None:
        return builder.emit("sub", type_, y, opposite)
    return None


def _sub(builder: Builder, type_: Type, x: int, y: int) -> int | None:
    if builder.known(y) == 0:
        return x
    if builder.known(x) == 0:
        return builder.emit("neg", type_, y)
    if (opposite := _negated(builder, y)) is not None:
        return builder.emit("add", type_, x, opposite)
    if x == y and type_ not in FLOATS:
        return builder.constant(type_, 0)
    return None


def _mul(builder: Builder, type_: Type, x: int, y: int) -> int | None:
    for factor, other in ((builder.known(x), y), (builder.known(y), x)):
        if factor is None:
            continue
        if factor == 0:
            return builder.constant(type_, 0)
        if factor == 1:
            return other
        if factor == -1:
            return builder.emit("neg", type_, other)
    first, second = _negated(builder, x), _negated(builder, y)
    if first is not None and second is not None:
        return builder.emit("mul", type_, first, second)
    return None


def _div(builder: Builder, type_: Type, x: int, y: int) -> int | None:
    if builder.known(y) == 1:
        return x
    if type_ not in FLOATS:
        return None
    if (dividend := builder.known(x)) == 0:
        return x
    if dividend is not None or not builder.uniform(y):
        return None
    inverse = builder.emit("div", type_, builder.constant(type_, 1.0), y)
    return builder.emit("mul", type_, x, inverse)


def _neg(builder: Builder, type_: Type, x: int) -> int | None:
    if (opposite := _negated(builder, x)) is not None:
        return opposite
    definition = builder.definition(x)
    if definition and definition.op == "sub" and type_ not in FLOATS:
        return builder.emit("sub", type_, *reversed(definition.operands))
    return None


def _same(_: Builder, __: Type, x: int, y: int) -> int | None:
    return x if x == y else None


def _and(builder: Builder, type_: Type, x: int, y: int) -> int | None:
    for mask, other in ((builder.known(x), y), (builder.known(y), x)):
        if mask == 0 and mask is not None:
            return builder.constant(type_, 0)
        if mask is True:
            return other
    return _same(builder, type_, x, y)


def _or(builder: Builder, type_: Type, x: int, y: int) -> int | None:
    for mask, other in ((builder.known(x), y), (builder.known(y), x)):
        if mask == 0 and mask is not None:
            return other
        if mask is True:
            return builder.constant(type_, True)
    return _same(builder, type_, x, y)


def _not(builder: Builder, _: Type, x: int) -> int | None:
    definition = builder.definition(x)
    return definition.operands[0] if definition and definition.op == "not" else None


def _select(
    builder: Builder, type_: Type, condition: int, accepted: int, refused: int
) -> int | None:
    if accepted == refused:
        return accepted
    chosen = builder.known(condition)
    if chosen is not None:
        return accepted if chosen else refused
    definition = builder.definition(condition)
    if definition and definition.op == "not":
        return builder.emit("select", type_, definition.operands[0], refused, accepted)
    if type_ == BOOLEAN and builder.known(accepted) is True and builder.known(refused) is False:
        return condition
    return None


_RULES: dict[str, Callable[..., int | None]] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": _div,
    "neg": _neg,
    "max": _same,
    "min": _same,
    "and": _and,
    "or": _or,
    "not": _not,
    "select": _select,
}
