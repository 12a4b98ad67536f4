"""The scene's parameters: those it declares and those that were numbers and are freed."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from scenec.diagnostics import Span
from scenec.ir.scalar import Constant, ParameterElement, Scalar, evaluate
from scenec.ir.scene import Parameter, authored_values
from scenec.syntax.dimension import NUMBER, RATE, Dimension
from scenec.syntax.nodes import Items, Text

ALL = "all"


class Parameters:
    """Collects parameters in the order in which they are met.

    `free` holds the paths of numbers to be made parameters. Of them, `varying`
    collects those whose authored value differs from one template instance to the next, so that they
    have no one value to start from, and `structural` those that a whole number depends on.
    """

    def __init__(self, free: frozenset[str] = frozenset()) -> None:
        self.free = free
        self.varying: dict[str, Span] = {}
        self.structural: set[str] = set()
        self._parameters: dict[str, Parameter] = {}
        self._values: dict[ParameterElement, float] = {}

    @property
    def unfit(self) -> frozenset[str]:
        """Free numbers that cannot be free."""
        return self.free & (self.varying.keys() | self.structural)

    @property
    def found(self) -> tuple[Parameter, ...]:
        """All parameters so far."""
        return tuple(self._parameters.values())

    def authored(self, scalar: Scalar) -> float:
        """The authored value of `scalar`; nan where it has none."""
        try:
            value = evaluate(scalar, self._values)
        except (ZeroDivisionError, ValueError, OverflowError):
            return math.nan
        return value if math.isfinite(value) else math.nan

    def declare(self, parameter: Parameter) -> tuple[Scalar, ...]:
        """Adds `parameter` and returns its elements."""
        self._parameters[parameter.name] = parameter
        self._values.update(authored_values([parameter]))
        return parameter.elements()

    def freed(
        self,
        path: tuple[str, ...],
        elements: tuple[Scalar, ...],
        shape: tuple[int, ...],
        unit: str,
        span: Span,
    ) -> tuple[Scalar, ...]:
        """The elements of the number at `path`, as a parameter's where it, or some of them, is
        free."""
        if not self.free:
            return elements
        name = ".".join(path)
        if name in self.free:
            return self._free(name, elements, shape, unit, span)
        if not shape:
            return elements
        size = len(elements) // shape[0]
        rows = (elements[i : i + size] for i in range(0, len(elements), size))
        freed = (
            self.freed((*path, str(number)), row, shape[1:], unit, span)
            for number, row in enumerate(rows)
        )
        return tuple(element for row in freed for element in row)

    def narrow(
        self, elements: tuple[Scalar, ...], bounds: tuple[float | None, float | None]
    ) -> None:
        """Bounds the parameters that a number consists of by what that number may be.

        Something is left of their own bounds, if no fault was found: their values lie in both.
        """
        least, most = bounds
        for name in {e.name: None for e in elements if isinstance(e, ParameterElement)}:
            known = self._parameters[name]
            if not set(known.elements()) <= set(elements):
                continue  # of a vector there is one pair of bounds for all elements
            lower = [x for x in (known.minimum, least) if x is not None]
            upper = [x for x in (known.maximum, most) if x is not None]
            self._parameters[name] = replace(
                known, minimum=max(lower, default=None), maximum=min(upper, default=None)
            )

    def _free(
        self,
        name: str,
        elements: tuple[Scalar, ...],
        shape: tuple[int, ...],
        unit: str,
        span: Span,
    ) -> tuple[Scalar, ...]:
        values = tuple(self.authored(e) for e in elements)
        if any(math.isnan(v) for v in values):
            return elements
        known = self._parameters.get(name)
        if known is None:
            return self.declare(Parameter(name, shape, values, unit, None, None, span))
        if known.value != values or known.shape != shape:
            self.varying[name] = span
        return known.elements()


def is_poison(elements: tuple[Scalar, ...]) -> bool:
    """Whether elements stand for a number whose fault has been reported."""
    return any(isinstance(e, Constant) and math.isnan(e.value) for e in elements)


def si_unit(dimension: Dimension, written: Text | Items) -> str:
    """The SI unit of a number whose dimension does not tell angles from other numbers."""
    if dimension in (NUMBER, RATE) and _names_angle(written):
        return "rad" if dimension == NUMBER else "rad/s"
    return dimension.unit


def _names_angle(written: Text | Items) -> bool:
    if isinstance(written, Items):
        return any(_names_angle(item) for item in written)
    return re.search(r"\b(deg|rad|rpm)\b", written) is not None
