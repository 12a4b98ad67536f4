"""The numeric fields of one thing: evaluated, checked, and freed where they are to be free."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scenec.diagnostics import Span
from scenec.ir.scalar import Constant, Scalar, Vector
from scenec.passes.resolve.context import span_of
from scenec.passes.resolve.evaluate import PlacedError, whole
from scenec.passes.resolve.parameters import is_poison
from scenec.passes.resolve.quantity import QuantityError
from scenec.passes.resolve.scope import Scope
from scenec.syntax.leaves import Measure, Written
from scenec.syntax.noun import Noun


@dataclass(frozen=True)
class Fields:
    """Reads the fields of `noun`, which stands at `path` and whose names are meant in `scope`."""

    noun: Noun
    scope: Scope
    path: tuple[str, ...]

    def within(self, name: str, noun: Noun) -> Fields:
        """The fields of a part of this thing."""
        return Fields(noun, self.scope, (*self.path, *name.split(".")))

    def number(self, field: str, measure: Measure | None = None) -> Scalar:
        """A field that is a single number."""
        (element,) = self.vector(field, measure)
        return element

    def optional(self, field: str, measure: Measure | None = None) -> Scalar | None:
        """A single number, or None where the field is absent."""
        return None if getattr(self.noun, field) is None else self.number(field, measure)

    def vector(self, field: str, measure: Measure | None = None) -> Vector:
        """The elements of a field, row by row; poison after a fault."""
        measure = measure or type(self.noun).measure(field)
        written: Written = getattr(self.noun, field)
        context, scope = self.scope.context, self.scope
        elements = context.measured(written, measure, scope.lookup, scope.notes)
        if is_poison(elements):
            return elements
        span = span_of(written, self.noun.span)
        self._check_range(field, elements, measure, span)
        path = (*self.path, field)
        shape, unit = measure.shape or (), measure.unit
        elements = context.parameters.freed(path, elements, shape, unit, span)
        context.parameters.narrow(elements, measure.bounds)
        return elements

    def span(self, field: str) -> Span:
        """Where the field stands; the thing where it is absent."""
        return span_of(getattr(self.noun, field), self.noun.span)

    def count(self, field: str) -> int:
        """A field that is a constant whole number; its least value after a fault."""
        written = getattr(self.noun, field)
        measure = type(self.noun).measure(field)
        least = int(measure.at_least or 0)
        found = self.scope.context.evaluated(written, self.scope.lookup, self.scope.notes)
        if found is None:
            return least
        try:
            value = whole(found)
        except QuantityError as fault:
            self.scope.context.take(PlacedError.at(written.span, fault), self.scope.notes)
            return least
        self._check_range(field, (Constant(float(value)),), measure, self.span(field))
        return value

    def authored(self, scalar: Scalar) -> float:
        """The authored value; nan where it has none."""
        return self.scope.context.parameters.authored(scalar)

    def _check_range(self, field: str, elements: Vector, measure: Measure, span: Span) -> None:
        for element in elements:
            value = self.authored(element)
            message = _range_fault(field, value, measure)
            if math.isnan(value):
                message = f"`{field}` has no finite value where the parameters are as written"
                self.scope.report("E0406", message, span)
                return
            if message is not None:
                self.scope.report("E0405", message, span)
                return


def _range_fault(field: str, value: float, measure: Measure) -> str | None:
    """What is wrong with an authored value, if anything."""
    if measure.above is not None and value <= measure.above:
        return f"`{field}` must be greater than {measure.above:g}, and is {value:g}"
    if measure.at_least is not None and value < measure.at_least:
        return f"`{field}` must be at least {measure.at_least:g}, and is {value:g}"
    if measure.at_most is not None and value > measure.at_most:
        return f"`{field}` must be at most {measure.at_most:g}, and is {value:g}"
    return None
