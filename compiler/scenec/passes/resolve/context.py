"""What one resolution shares: reporter, parameters, instances and the things they hold."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scenec.diagnostics import Diagnostic, Note, Reporter, Span
from scenec.ir.scalar import Constant, Scalar
from scenec.passes.resolve import quantity as q
from scenec.passes.resolve.evaluate import Lookup, PlacedError, ReportedError, evaluate_text
from scenec.passes.resolve.parameters import Parameters
from scenec.passes.resolve.quantity import Quantity, QuantityError, shape_noun
from scenec.syntax.dimension import NUMBER, RATE
from scenec.syntax.leaves import NOWHERE, Measure, Written
from scenec.syntax.nodes import Hole, Items, Text

POISON = Constant(math.nan)
"""Stands for a number whose fault has been reported: every comparison with it is false."""


@dataclass
class Context:
    """Shared by everything that resolves one scene."""

    reporter: Reporter
    parameters: Parameters
    broken: frozenset[tuple[str, ...]]
    instances_missing: bool = False  # because of their faults; a name with a dot may mean theirs

    def report(self, diagnostic: Diagnostic, notes: tuple[Note, ...]) -> None:
        """Keeps a fault found within the instances that `notes` name."""
        self.reporter.error(
            diagnostic.code, diagnostic.message, diagnostic.span, diagnostic.hint, notes
        )

    def take(self, fault: PlacedError, notes: tuple[Note, ...]) -> None:
        """Keeps a fault, and which free numbers it says must be constant."""
        self.report(fault.diagnostic, notes)
        self.parameters.structural.update(self.parameters.free.intersection(fault.parameters))

    def measured(
        self, written: Written, measure: Measure, lookup: Lookup, notes: tuple[Note, ...]
    ) -> tuple[Scalar, ...]:
        """The elements of a number of known dimension and shape; poison after a fault. Items of a
        list are read one by one, so that each shows its own fault."""
        shape = measure.shape or ()
        if isinstance(written, Items) and shape:
            if len(written) == shape[0]:
                part = Measure(measure.dimension, shape[1:], measure.unit_name)
                items = (self.measured(item, part, lookup, notes) for item in written)
                return tuple(e for item in items for e in item)
            message = f"expected {shape_noun(shape)}, found {len(written)} items"
            self.report(Diagnostic("E0404", "error", message, written.span), notes)
        else:
            found = self.evaluated(written, lookup, notes)
            if found is not None and self._fits(found, measure, written, notes):
                return found.elements
        return (POISON,) * math.prod(shape)

    def evaluated(
        self, written: Written, lookup: Lookup, notes: tuple[Note, ...]
    ) -> Quantity | None:
        """The quantity of any dimension and shape, or None after a fault."""
        try:
            return self._quantity(written, lookup)
        except PlacedError as fault:
            self.take(fault, notes)
        except QuantityError as fault:
            self.take(PlacedError.at(written.span, fault), notes)
        except RecursionError:
            message = "the names in this expression depend on each other too deeply"
            self.report(Diagnostic("E0411", "error", message, written.span), notes)
        except ReportedError:
            pass
        return None

    def _quantity(self, written: Written, lookup: Lookup) -> Quantity:
        if isinstance(written, Hole):
            raise ReportedError
        if isinstance(written, Text):
            found = evaluate_text(written, lookup)
        else:
            found = q.stack([self._quantity(item, lookup) for item in written])
        q.refuse_too_large(found)
        return found

    def _fits(
        self, found: Quantity, measure: Measure, written: Written, notes: tuple[Note, ...]
    ) -> bool:
        fault = None
        if found.shape != (measure.shape or ()):
            wanted = shape_noun(measure.shape or ())
            message = f"expected {wanted}, found {shape_noun(found.shape)}"
            fault = Diagnostic("E0404", "error", message, written.span)
        elif not found.bare and measure.dimension not in (None, found.dimension):
            message = f"expected {wanted_noun(measure)}, found {found.noun}"
            hint = None if measure.unit == "1" else f"its SI unit is {measure.unit}"
            fault = Diagnostic("E0402", "error", message, written.span, hint)
        if fault is not None:
            self.report(fault, notes)
        return fault is None


def wanted_noun(measure: Measure) -> str:
    """What an author calls the numbers of a field."""
    if measure.dimension is None:
        return "a number"
    if measure.unit_name == "rad" and measure.dimension == NUMBER:
        return "an angle"
    if measure.unit_name == "rad/s" and measure.dimension == RATE:
        return "an angular speed"
    return measure.dimension.noun


def span_of(written: Written | None, otherwise: Span) -> Span:
    """Where a number stands; `otherwise` where it is a default."""
    if written is None or written.span == NOWHERE:
        return otherwise
    return written.span
