"""The functions of the expression language, each with its rule for dimensions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial, reduce

from scenec.passes.resolve.quantity import (
    Quantity,
    QuantityError,
    add,
    elementary,
    multiply,
    shape_noun,
)
from scenec.syntax.dimension import NUMBER


def _number_of(function: str, *arguments: Quantity) -> Quantity:
    """A function from numbers (angles among them) to a pure number."""
    for argument in arguments:
        _refuse_vector(function, argument)
        if argument.dimension != NUMBER:
            message = f"`{function}` expects a number or an angle, found {argument.noun}"
            raise QuantityError("E0402", message)
    scalars = (a.scalar for a in arguments)
    return Quantity((elementary(function, *scalars),), NUMBER, bare=True)


def _angle_of(function: str, argument: Quantity) -> Quantity:
    """A function from a number to an angle."""
    angle = _number_of(function, argument)
    return Quantity(angle.elements, NUMBER, bare=argument.bare)


def _atan2(y: Quantity, x: Quantity) -> Quantity:
    for argument in (y, x):
        _refuse_vector("atan2", argument)
    ratio = add("add", y, x)  # of one dimension, or a fault
    return Quantity((elementary("atan2", y.scalar, x.scalar),), NUMBER, bare=ratio.bare)


def _sqrt(a: Quantity) -> Quantity:
    _refuse_vector("sqrt", a)
    return Quantity((elementary("sqrt", a.scalar),), a.dimension ** Fraction(1, 2), a.bare)


def _absolute(a: Quantity) -> Quantity:
    return Quantity(tuple(elementary("abs", x) for x in a.elements), a.dimension, a.bare, a.shape)


def _extreme(function: str, *arguments: Quantity) -> Quantity:
    return reduce(partial(add, function), arguments)


def _dot(a: Quantity, b: Quantity) -> Quantity:
    if len(a.shape) != 1 or a.shape != b.shape:
        message = f"`dot` of {shape_noun(a.shape)} and {shape_noun(b.shape)} has no meaning"
        raise QuantityError("E0404", message)
    products = (multiply("mul", a[i], b[i]) for i in range(a.shape[0]))
    return reduce(partial(add, "add"), products)


def _norm(a: Quantity) -> Quantity:
    return _sqrt(_dot(a, a))


def _cross(a: Quantity, b: Quantity) -> Quantity:
    if a.shape != (3,) or b.shape != (3,):
        message = f"`cross` of {shape_noun(a.shape)} and {shape_noun(b.shape)} has no meaning"
        raise QuantityError("E0404", message)
    turns = ((1, 2), (2, 0), (0, 1))
    products = [
        add("sub", multiply("mul", a[i], b[j]), multiply("mul", a[j], b[i])) for i, j in turns
    ]
    dimension = a.dimension * b.dimension
    return Quantity(tuple(p.scalar for p in products), dimension, a.bare and b.bare, (3,))


def _refuse_vector(function: str, argument: Quantity) -> None:
    if argument.shape:
        message = f"`{function}` expects a single number, found {shape_noun(argument.shape)}"
        raise QuantityError("E0404", message)


_PLAIN = ("sin", "cos", "tan", "exp", "log")
_INVERSE = ("asin", "acos", "atan")

FUNCTIONS: Mapping[str, tuple[Callable[..., Quantity], int, int]] = {
    **{name: (partial(_number_of, name), 1, 1) for name in _PLAIN},
    **{name: (partial(_angle_of, name), 1, 1) for name in _INVERSE},
    "atan2": (_atan2, 2, 2),
    "sqrt": (_sqrt, 1, 1),
    "abs": (_absolute, 1, 1),
    "min": (partial(_extreme, "min"), 2, 100),
    "max": (partial(_extreme, "max"), 2, 100),
    "norm": (_norm, 1, 1),
    "dot": (_dot, 2, 2),
    "cross": (_cross, 2, 2),
}
"""Each function with the least and the greatest number of its arguments."""


def call(name: str, arguments: tuple[Quantity, ...]) -> Quantity:
    """The function `name` of `arguments`."""
    function, least, most = FUNCTIONS[name]
    if not least <= len(arguments) <= most:
        wanted = f"{least}" if least == most else f"{least} or more"
        plural = "" if wanted == "1" else "s"
        message = f"`{name}` takes {wanted} argument{plural}, not {len(arguments)}"
        raise QuantityError("E0408", message)
    return function(*arguments)
