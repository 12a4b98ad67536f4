"""Symbolic scalars: the numbers of a scene, in SI, with parameters kept symbolic.

A scalar is a constant, an element of a parameter, or a function applied to scalars. Building one
folds constants and the identities of 0 and 1, so a scene without parameters is plain numbers and a
table with parameters shows an expression only where a parameter is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from weakref import WeakValueDictionary


class Scalar:
    """Base of the three kinds of scalar; carries the arithmetic."""

    __slots__ = ()

    def __add__(self, other: Scalar | float) -> Scalar:
        return apply("add", self, constant(other))

    def __radd__(self, other: float) -> Scalar:
        return apply("add", constant(other), self)

    def __sub__(self, other: Scalar | float) -> Scalar:
        return apply("sub", self, constant(other))

    def __rsub__(self, other: float) -> Scalar:
        return apply("sub", constant(other), self)

    def __mul__(self, other: Scalar | float) -> Scalar:
        return apply("mul", self, constant(other))

    def __rmul__(self, other: float) -> Scalar:
        return apply("mul", constant(other), self)

    def __truediv__(self, other: Scalar | float) -> Scalar:
        return apply("div", self, constant(other))

    def __rtruediv__(self, other: float) -> Scalar:
        return apply("div", constant(other), self)

    def __neg__(self) -> Scalar:
        return apply("neg", self)


@dataclass(frozen=True, slots=True)
class Constant(Scalar):
    """A number in SI units."""

    value: float


@dataclass(frozen=True, slots=True)
class ParameterElement(Scalar):
    """One element of the parameter `name`; `index` is () for a scalar parameter."""

    name: str
    index: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Apply(Scalar):
    """The function `function` (a key of FUNCTIONS) of `arguments`; made by `apply`.

    Equal applications are one object: comparing expressions takes no time, however deep they are.
    """

    function: str
    arguments: tuple[Scalar, ...]


Vector = tuple[Scalar, ...]

_made: WeakValueDictionary[tuple[str, tuple[Scalar, ...]], Apply] = WeakValueDictionary()

FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "pow": math.pow,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "atan2": math.atan2,
    "abs": abs,
    "min": min,
    "max": max,
}

ZERO = Constant(0.0)
ONE = Constant(1.0)


def constant(value: Scalar | float) -> Scalar:
    """`value` as a scalar."""
    return value if isinstance(value, Scalar) else Constant(float(value))


def apply(function: str, *arguments: Scalar) -> Scalar:
    """`function` of `arguments`, folded where the result is known without the parameters.

    Raises ZeroDivisionError, ValueError or OverflowError where a constant operand lies outside the
    function's domain; the caller knows the place and reports it.
    """
    if all(isinstance(a, Constant) for a in arguments):
        values = [a.value for a in arguments if isinstance(a, Constant)]
        return Constant(float(FUNCTIONS[function](*values)))
    match function, arguments:
        case ("add", (x, Constant(0.0))) | ("add", (Constant(0.0), x)):
            return x
        case "sub", (x, Constant(0.0)):
            return x
        case "sub", (Constant(0.0), x):
            return apply("neg", x)
        case ("mul", (_, Constant(0.0))) | ("mul", (Constant(0.0), _)):
            return ZERO
        case ("mul", (x, Constant(1.0))) | ("mul", (Constant(1.0), x)):
            return x
        case ("mul", (x, Constant(-1.0))) | ("mul", (Constant(-1.0), x)):
            return apply("neg", x)
        case "div", (x, Constant(1.0)):
            return x
        case "div", (_, Constant(0.0)):
            raise ZeroDivisionError("division by zero")
        case "div", (Constant(0.0), _):
            return ZERO
        case "pow", (x, Constant(1.0)):
            return x
        case "neg", (Apply("neg", (x,)),):
            return x
    return _made.setdefault((function, arguments), Apply(function, arguments))


def evaluate(scalar: Scalar, values: Mapping[ParameterElement, float]) -> float:
    """The number that `scalar` is for these values of the parameters' elements."""
    match scalar:
        case Constant(value):
            return value
        case ParameterElement():
            return values[scalar]
        case Apply(function, arguments):
            return FUNCTIONS[function](*(evaluate(a, values) for a in arguments))
    raise TypeError(f"not a scalar: {scalar!r}")


def elements(scalar: Scalar) -> Iterator[ParameterElement]:
    """The parameter elements that `scalar` depends on, in reading order."""
    match scalar:
        case ParameterElement():
            yield scalar
        case Apply(_, arguments):
            for argument in arguments:
                yield from elements(argument)


_INFIX = {"add": (" + ", 1), "sub": (" - ", 1), "mul": (" * ", 2), "div": (" / ", 2)}


def show(scalar: Scalar, precedence: int = 0) -> str:
    """`scalar` as text, with as few parentheses as reading it back needs."""
    match scalar:
        case Constant(number):
            return f"({number:.12g})" if number < 0 and precedence > 1 else f"{number:.12g}"
        case ParameterElement(name, index):
            return name + "".join(f"[{i}]" for i in index)
        case Apply("neg", (x,)):
            return f"-{show(x, 3)}"
        case Apply(function, (a, b)) if function in _INFIX:
            infix, own = _INFIX[function]
            text = show(a, own) + infix + show(b, own + 1)
            return f"({text})" if own < precedence else text
        case Apply(function, arguments):
            return f"{function}({', '.join(show(a) for a in arguments)})"
    raise TypeError(f"not a scalar: {scalar!r}")
