"""Quantities: scalars, vectors or matrices of symbolic numbers with a dimension, and their
arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from scenec.ir.scalar import Apply, Constant, Scalar, apply
from scenec.syntax.dimension import NUMBER, Dimension


@dataclass(frozen=True)
class Quantity:
    """Elements, row by row, in SI. A `bare` quantity comes from numbers without any unit: as a
    whole value it means SI units and fits every dimension."""

    elements: tuple[Scalar, ...]
    dimension: Dimension
    bare: bool = False
    shape: tuple[int, ...] = ()

    @property
    def scalar(self) -> Scalar:
        """The one element of a quantity of shape ()."""
        (element,) = self.elements
        return element

    @property
    def is_bare_zero(self) -> bool:
        """Whether it is 0 without a unit, which is at home in every dimension."""
        return self.bare and all(e == Constant(0.0) for e in self.elements)

    @property
    def noun(self) -> str:
        """What an author calls it."""
        return "a number without unit" if self.bare else self.dimension.noun

    def __getitem__(self, index: int) -> Quantity:
        """Item `index` along the first axis."""
        size = len(self.elements) // self.shape[0]
        part = self.elements[index * size : (index + 1) * size]
        return replace(self, elements=part, shape=self.shape[1:])


def number(value: float) -> Quantity:
    """A bare number."""
    return Quantity((Constant(value),), NUMBER, bare=True)


class QuantityError(Exception):
    """An operation that quantities do not allow; the caller knows the place and reports it.

    `parameters` names those that are not constant where only constants will do.
    """

    def __init__(
        self, code: str, message: str, hint: str | None = None, parameters: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint
        self.parameters = parameters


def elementary(function: str, *arguments: Scalar) -> Scalar:
    """`function` of scalars, where the result is finite."""
    try:
        result = apply(function, *arguments)
    except ZeroDivisionError:
        raise QuantityError("E0406", "this divides by zero") from None
    except ValueError:
        raise QuantityError("E0406", f"{_shown(function)} has no value here") from None
    except OverflowError:
        raise QuantityError("E0406", "this is too large for a number") from None
    if isinstance(result, Constant) and not math.isfinite(result.value):
        raise QuantityError("E0406", "this is too large for a number")
    return result


def _shown(function: str) -> str:
    return {"pow": "this power", "div": "this quotient"}.get(function, f"`{function}`")


def add(function: str, a: Quantity, b: Quantity) -> Quantity:
    """Sum, difference, minimum or maximum: `function` of quantities of one dimension and shape."""
    dimension, bare = common_dimension((a, b))
    if a.shape != b.shape:
        message = f"{shape_noun(a.shape)} and {shape_noun(b.shape)} cannot be combined"
        raise QuantityError("E0404", message)
    pairs = zip(a.elements, b.elements, strict=True)
    elements = tuple(elementary(function, x, y) for x, y in pairs)
    return Quantity(elements, dimension, bare, a.shape)


def common_dimension(quantities: Sequence[Quantity]) -> tuple[Dimension, bool]:
    """The dimension that all share (a bare zero shares any), and whether it is bare."""
    lead: Quantity | None = None
    for quantity in quantities:
        if quantity.is_bare_zero:
            continue
        if lead is None or (lead.bare and quantity.dimension == NUMBER):
            lead = quantity
        elif lead.dimension != quantity.dimension:
            raise _mixed(lead, quantity)
    return (lead.dimension, lead.bare) if lead else (NUMBER, True)


def _mixed(a: Quantity, b: Quantity) -> QuantityError:
    hint = "give the number a unit" if a.bare or b.bare else None
    return QuantityError("E0403", f"{a.noun} and {b.noun} cannot be combined", hint)


def multiply(function: str, a: Quantity, b: Quantity) -> Quantity:
    """Product ("mul") or quotient ("div"); at most one factor is a vector, and no divisor."""
    if b.shape and (a.shape or function == "div"):
        divides = function == "div"
        message = "nothing is divided by a vector" if divides else "vectors have no product `*`"
        raise QuantityError("E0404", message, "use `dot(a, b)`, `cross(a, b)` or elements `a[0]`")
    if a.shape:
        elements = tuple(elementary(function, x, b.scalar) for x in a.elements)
    else:
        elements = tuple(elementary(function, a.scalar, y) for y in b.elements)
    dimension = a.dimension * b.dimension if function == "mul" else a.dimension / b.dimension
    return Quantity(elements, dimension, a.bare and b.bare, a.shape or b.shape)


def negate(a: Quantity) -> Quantity:
    """The opposite."""
    return replace(a, elements=tuple(elementary("neg", x) for x in a.elements))


def power(a: Quantity, exponent: Quantity) -> Quantity:
    """`a` to a power; a constant one where `a` has a dimension."""
    if a.shape or exponent.shape:
        raise QuantityError("E0404", "a vector has no power and is none")
    if exponent.dimension != NUMBER:
        raise QuantityError("E0402", f"expected a number as power, found {exponent.noun}")
    if a.dimension == NUMBER:
        return replace(a, elements=(_power(a.scalar, exponent.scalar),))
    if not isinstance(exponent.scalar, Constant):
        message = f"the power of {a.noun} must be constant: its dimension depends on it"
        raise QuantityError("E0402", message)
    dimension = a.dimension ** Fraction(exponent.scalar.value).limit_denominator(1000)
    return Quantity((_power(a.scalar, exponent.scalar),), dimension)


def _power(base: Scalar, exponent: Scalar) -> Scalar:
    """`base` to the power `exponent`; squares and cubes as products, which any sign may have."""
    if exponent in (Constant(2.0), Constant(3.0)):
        square = elementary("mul", base, base)
        return square if exponent == Constant(2.0) else elementary("mul", square, base)
    return elementary("pow", base, exponent)


def stack(items: Sequence[Quantity]) -> Quantity:
    """Quantities of one dimension and shape as the items of a longer one."""
    dimension, bare = common_dimension(items)
    shape = items[0].shape
    if any(item.shape != shape for item in items):
        raise QuantityError("E0404", "the items of this list have different shapes")
    elements = tuple(e for item in items for e in item.elements)
    return Quantity(elements, dimension, bare, (len(items), *shape))


def shape_noun(shape: tuple[int, ...]) -> str:
    """What an author calls a shape."""
    match shape:
        case ():
            return "a single number"
        case (n,):
            return f"a vector of {n}"
    return "a table of " + " x ".join(str(n) for n in shape)


_MAX_NODES = 5000
_MAX_DEPTH = 120


def refuse_too_large(quantity: Quantity) -> None:
    """Raises QuantityError where an element, written out, is too large to be compiled."""
    for element in quantity.elements:
        stack_, nodes = [(element, 1)], 0
        while stack_:
            scalar, depth = stack_.pop()
            nodes += 1
            if nodes > _MAX_NODES or depth > _MAX_DEPTH:
                message = "written out, this expression is too large"
                raise QuantityError("E0411", message, "let it depend on parameters less often")
            if isinstance(scalar, Apply):
                stack_.extend((argument, depth + 1) for argument in scalar.arguments)
