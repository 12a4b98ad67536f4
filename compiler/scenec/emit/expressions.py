"""Symbolic scalars as Python text, with shared subexpressions named once."""

from __future__ import annotations

from collections.abc import Iterable

from scenec.ir.identifier import parameter_identifier
from scenec.ir.scalar import Apply, Constant, ParameterElement, Scalar
from scenec.ir.scene import Parameter

_INFIX = {"add": ("+", 1), "sub": ("-", 1), "mul": ("*", 2), "div": ("/", 2)}
_CALLS = {
    "sqrt": "jnp.sqrt", "exp": "jnp.exp", "log": "jnp.log", "sin": "jnp.sin", "cos": "jnp.cos",
    "tan": "jnp.tan", "asin": "jnp.arcsin", "acos": "jnp.arccos", "atan": "jnp.arctan",
    "atan2": "jnp.arctan2", "abs": "jnp.abs", "min": "jnp.minimum", "max": "jnp.maximum",
}  # fmt: skip


class Expressions:
    """Texts of the scalars of one function.

    `scalars` are all that the function will use: what occurs in them more than once gets a name.
    """

    def __init__(self, parameters: tuple[Parameter, ...], scalars: Iterable[Scalar]) -> None:
        self._names = _parameter_names(parameters)
        self._shared: dict[Scalar, str] = {}
        self._used: dict[str, None] = {}
        counts: dict[Scalar, int] = {}
        for scalar in scalars:
            self._count(scalar, counts)
        self._lines: list[str] = []
        for scalar, count in counts.items():
            if count > 1:
                text = self.text(scalar)
                name = f"s{len(self._shared)}"
                self._shared[scalar] = name
                self._lines.append(f"{name} = {text}")

    def preamble(self) -> list[str]:
        """The lines that must stand before the texts are used."""
        reads = [
            f'{self._names[name]} = jnp.asarray(params["{name}"], dtype)' for name in self._used
        ]
        return [*reads, *self._lines]

    def text(self, scalar: Scalar, precedence: int = 0) -> str:
        """Python for `scalar`; parenthesized where an operator of `precedence` stands around it."""
        if scalar in self._shared:
            return self._shared[scalar]
        match scalar:
            case Constant(value):
                return _number(value, precedence)
            case ParameterElement(name, place):
                subscript = f"[{', '.join(map(str, place))}]" if place else ""
                return self._names[name] + subscript
            case Apply("neg", (x,)):
                text = f"-{self.text(x, 3)}"
                return f"({text})" if precedence > 1 else text
            case Apply("pow", (x, y)):
                text = f"{self.text(x, 5)} ** {self._exponent(y)}"
                return f"({text})" if precedence > 3 else text
            case Apply(function, (a, b)) if function in _INFIX:
                sign, own = _INFIX[function]
                text = f"{self.text(a, own)} {sign} {self.text(b, own + 1)}"
                return f"({text})" if own < precedence else text
            case Apply(function, arguments):
                return f"{_CALLS[function]}({', '.join(self.text(a) for a in arguments)})"
        raise TypeError(f"not a scalar: {scalar!r}")

    def _exponent(self, scalar: Scalar) -> str:
        """Whole numbers as such, so that powers of negative numbers are powers."""
        if isinstance(scalar, Constant) and scalar.value.is_integer():
            return str(int(scalar.value))
        return self.text(scalar, 5)

    def _count(self, scalar: Scalar, counts: dict[Scalar, int]) -> None:
        """Count occurrences, operands before what uses them."""
        match scalar:
            case ParameterElement(name):
                self._used[name] = None
            case Apply(_, arguments):
                if scalar not in counts:
                    for argument in arguments:
                        self._count(argument, counts)
                counts[scalar] = counts.get(scalar, 0) + 1


def _number(value: float, precedence: int) -> str:
    text = repr(float(f"{value:.15g}"))
    return f"({text})" if value < 0 and precedence > 1 else text


def _parameter_names(parameters: tuple[Parameter, ...]) -> dict[str, str]:
    """A Python name for every parameter."""
    identifiers: dict[str, str] = {}
    for parameter in parameters:
        identifiers[parameter_identifier(parameter.name, identifiers)] = parameter.name
    return {name: identifier for identifier, name in identifiers.items()}
