"""Expressions to quantities."""

from __future__ import annotations

import math
from collections.abc import Callable

from scenec.diagnostics import Diagnostic, Span, did_you_mean
from scenec.ir.scalar import Constant, elements
from scenec.passes.resolve import quantity as q
from scenec.passes.resolve.functions import FUNCTIONS, call
from scenec.passes.resolve.quantity import Quantity, QuantityError
from scenec.syntax.dimension import NUMBER
from scenec.syntax.expr import (
    Call,
    Expr,
    ExpressionError,
    Index,
    Name,
    Number,
    Operation,
    Vector,
    parse_expression,
)
from scenec.syntax.nodes import Text
from scenec.syntax.units import UNITS

_MAX_POWER = 20

Lookup = Callable[[str], Quantity]
"""The quantity of a name; QuantityError where there is none."""


class PlacedError(Exception):
    """A fault found in an expression, with its place."""

    def __init__(self, diagnostic: Diagnostic, parameters: tuple[str, ...] = ()) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic, self.parameters = diagnostic, parameters

    @staticmethod
    def at(span: Span, fault: QuantityError) -> PlacedError:
        """`fault`, which is found at `span`."""
        diagnostic = Diagnostic(fault.code, "error", fault.message, span, fault.hint)
        return PlacedError(diagnostic, fault.parameters)


class ReportedError(Exception):
    """A value that depends on a fault that has been reported where it stands."""


def evaluate_text(text: Text, lookup: Lookup) -> Quantity:
    """The quantity that the expression `text` means; PlacedError where it means none."""
    try:
        tree = parse_expression(str(text))
    except ExpressionError as fault:
        span = text.part(fault.first, fault.last)
        raise PlacedError(Diagnostic("E0401", "error", fault.message, span, fault.hint)) from None
    return _Evaluation(text, lookup).value(tree)


class _Evaluation:
    """Evaluates one text's tree."""

    def __init__(self, text: Text, lookup: Lookup) -> None:
        self.text, self.lookup = text, lookup

    def value(self, tree: Expr) -> Quantity:
        """The quantity of `tree`; a fault is placed at the innermost tree that has it."""
        try:
            return self._value(tree)
        except QuantityError as fault:
            span = self.text.part(tree.first, tree.last)
            raise PlacedError.at(span, fault) from None

    def _value(self, tree: Expr) -> Quantity:
        match tree:
            case Number():
                return _number(tree)
            case Name(name=name):
                return self._named(name)
            case Operation(operator=operator, operands=operands):
                return _operation(operator, *(self.value(o) for o in operands))
            case Call(function=function, arguments=arguments):
                return self._call(function, arguments)
            case Vector(items=items):
                return q.stack([self.value(item) for item in items])
            case Index(vector=vector, index=index):
                return _item(self.value(vector), self.value(index))
        raise TypeError(f"not an expression: {tree!r}")

    def _named(self, name: str) -> Quantity:
        if name in UNITS:
            return Quantity((Constant(UNITS[name].factor),), UNITS[name].dimension)
        if name == "pi":
            return q.number(math.pi)
        return self.lookup(name)

    def _call(self, function: str, arguments: tuple[Expr, ...]) -> Quantity:
        if function not in FUNCTIONS:
            hint = did_you_mean(function, FUNCTIONS, f"known functions: {', '.join(FUNCTIONS)}")
            raise QuantityError("E0307", f"there is no function `{function}`", hint)
        return call(function, tuple(self.value(a) for a in arguments))


def _number(tree: Number) -> Quantity:
    value = float(tree.text)
    if not math.isfinite(value):
        raise QuantityError("E0406", f"`{tree.text}` is too large for a number")
    if tree.unit is None:
        return q.number(value)
    if abs(tree.power) > _MAX_POWER:
        raise QuantityError("E0406", f"`{tree.unit}^{tree.power}` is out of range")
    unit = UNITS[tree.unit]
    factor = q.elementary("pow", Constant(unit.factor), Constant(float(tree.power)))
    element = q.elementary("mul", Constant(value), factor)
    return Quantity((element,), unit.dimension**tree.power)


def _operation(operator: str, *operands: Quantity) -> Quantity:
    match operator:
        case "neg":
            return q.negate(*operands)
        case "pow":
            return q.power(*operands)
        case "add" | "sub":
            return q.add(operator, *operands)
    return q.multiply(operator, *operands)


def _item(vector: Quantity, index: Quantity) -> Quantity:
    if not vector.shape:
        raise QuantityError("E0404", "a single number has no elements")
    position = whole(index)
    if not 0 <= position < vector.shape[0]:
        last = vector.shape[0] - 1
        raise QuantityError("E0405", f"there is no element {position}: they count from 0 to {last}")
    return vector[position]


def whole(quantity: Quantity) -> int:
    """A constant whole number; QuantityError where `quantity` is none."""
    if quantity.shape or quantity.dimension != NUMBER:
        raise QuantityError("E0407", f"a whole number is expected, not {quantity.noun}")
    if not isinstance(quantity.scalar, Constant):
        message = "a whole number is expected, and this depends on a parameter"
        parameters = tuple(element.name for element in elements(quantity.scalar))
        hint = "use a constant: it shapes the program"
        raise QuantityError("E0407", message, hint, parameters)
    value = quantity.scalar.value
    if abs(value - round(value)) > 1e-9:
        raise QuantityError("E0407", f"a whole number is expected, not {value:g}")
    return round(value)
