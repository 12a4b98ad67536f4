"""Scopes: what a name means at the scene's level and inside each template instance."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scenec.diagnostics import Diagnostic, Note, Span, did_you_mean
from scenec.ir.scene import Parameter
from scenec.passes.resolve import quantity as q
from scenec.passes.resolve.context import Context
from scenec.passes.resolve.evaluate import PlacedError, ReportedError, evaluate_text, whole
from scenec.passes.resolve.parameters import si_unit
from scenec.passes.resolve.quantity import Quantity, QuantityError
from scenec.syntax.leaves import Written
from scenec.syntax.nodes import Items, Text
from scenec.syntax.schema import Scene, Template
from scenec.syntax.schema_world import Param


@dataclass
class Argument:
    """What a `use` gives for a template's argument, and the scope in which it is meant."""

    written: Written
    scope: Scope
    path: tuple[str, ...]


@dataclass
class Scope:
    """A level of names: the scene's, one instance's, or one turn of a `for`.

    `prefix` is what the names of its things begin with, `path` where they stand in the file.
    """

    context: Context
    things: Scene | Template
    prefix: str = ""
    path: tuple[str, ...] = ()
    parent: Scope | None = None
    notes: tuple[Note, ...] = ()
    arguments: dict[str, Argument] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    instances: dict[str, Scope] = field(default_factory=dict)
    _known: dict[str, Quantity | None] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def report(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        """Keeps a fault found at this level."""
        self.context.report(Diagnostic(code, "error", message, span, hint), self.notes)

    def lookup(self, name: str) -> Quantity:
        """The quantity called `name`; QuantityError where there is none."""
        for scope in self.levels():
            found = scope._own(name)
            if found is not None:
                return found
        hint = did_you_mean(name, self._visible(), _number_hint(name))
        raise QuantityError("E0307", f"there is no parameter or constant `{name}`", hint)

    def knows(self, name: str) -> bool:
        """Whether `name` is that of a parameter, constant, argument or loop variable."""
        try:
            self.lookup(name)
        except QuantityError:
            return False
        except ReportedError:
            return True
        return True

    def levels(self) -> Iterator[Scope]:
        """This scope and those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def _own(self, name: str) -> Quantity | None:
        if name in self.numbers:
            return q.number(self.numbers[name])
        if self._is_broken(name):
            raise ReportedError
        if name in self._known or self._defines(name):
            return self._remembered(name)
        instance, _, last = name.rpartition(".")
        if instance in self.instances and self.instances[instance]._defines(last):
            return self.instances[instance]._own(last)
        return None

    def _is_broken(self, name: str) -> bool:
        sections = ("params", "constants")
        return any((*self.path, section, name) in self.context.broken for section in sections)

    def _defines(self, name: str) -> bool:
        return name in self.arguments or name in self.things.params or name in self.things.constants

    def _visible(self) -> Iterator[str]:
        for scope in self.levels():
            yield from scope.numbers
            yield from scope.arguments
            yield from scope.things.params
            yield from scope.things.constants

    def _remembered(self, name: str) -> Quantity:
        """The quantity of an own name, evaluated once; its fault is reported once, at its place."""
        if name in self._open:
            self._report_circle(name)
            raise ReportedError
        if name not in self._known:
            self._open.append(name)
            try:
                self._known[name] = self._define(name)
            finally:
                self._open.pop()
        found = self._known[name]
        if found is None:
            raise ReportedError
        return found

    def _report_circle(self, name: str) -> None:
        circle = self._open[self._open.index(name) :]
        way = " -> ".join([*circle, name])
        self.report("E0308", f"`{name}` depends on itself: {way}", self._place(name))

    def _place(self, name: str) -> Span:
        if name in self.arguments:
            return self.arguments[name].written.span
        params, constants = self.things.params, self.things.constants
        return params[name].value.span if name in params else constants[name].span

    def _define(self, name: str) -> Quantity | None:
        if name in self.arguments:
            argument = self.arguments[name]
            return self._number(argument.written, argument.path, argument.scope)
        if name in self.things.params:
            return self._parameter(name, self.things.params[name])
        path = (*self.path, "constants", name)
        return self._number(self.things.constants[name], path, self)

    def _number(self, written: Written, path: tuple[str, ...], scope: Scope) -> Quantity | None:
        """A named number, as a parameter where its path is free."""
        found = self.context.evaluated(written, scope.lookup, scope.notes)
        if found is None:
            return None
        unit = si_unit(found.dimension, written)
        elements = self.context.parameters.freed(
            path, found.elements, found.shape, unit, written.span
        )
        return Quantity(elements, found.dimension, found.bare, found.shape)

    def _parameter(self, name: str, param: Param) -> Quantity | None:
        found = self.context.evaluated(param.value, self.lookup, self.notes)
        if found is None:
            return None
        bounds = [self._bound(found, written) for written in (param.min, param.max)]
        known = [b for b in (found, *bounds) if b is not None]
        dimension, bare = q.common_dimension(known)
        values = tuple(self.context.parameters.authored(e) for e in found.elements)
        least, most = (
            None if b is None else self.context.parameters.authored(b.scalar) for b in bounds
        )
        self._check_bounds(name, param, values, least, most)
        unit = si_unit(dimension, param.value)
        made = Parameter(
            self.prefix + name, found.shape, values, unit, least, most, param.value.span
        )
        return Quantity(self.context.parameters.declare(made), dimension, bare, found.shape)

    def _bound(self, value: Quantity, written: Written | None) -> Quantity | None:
        if written is None:
            return None
        bound = self.context.evaluated(written, self.lookup, self.notes)
        if bound is None:
            return None
        try:
            if bound.shape:
                raise QuantityError("E0404", "a bound is a single number")
            q.common_dimension((value, bound))
        except QuantityError as fault:
            hint = fault.hint or "bounds have the dimension of the value"
            self.report(fault.code, fault.message, written.span, hint)
            return None
        return bound

    def _check_bounds(
        self,
        name: str,
        param: Param,
        values: tuple[float, ...],
        least: float | None,
        most: float | None,
    ) -> None:
        if any(math.isnan(v) for v in values):
            self.report("E0406", f"the value of `{name}` is not finite", param.value.span)
        if least is not None and most is not None and least > most:
            self.report("E0410", f"the bounds of `{name}` are reversed", param.span)
        elif least is not None and any(v < least for v in values):
            message = f"the value of `{name}` lies below its minimum"
            self.report("E0410", message, param.value.span)
        elif most is not None and any(v > most for v in values):
            message = f"the value of `{name}` lies above its maximum"
            self.report("E0410", message, param.value.span)

    def evaluate_all(self) -> None:
        """Evaluates every own parameter and constant, so that faults of unused ones show too."""
        for name in (*self.things.params, *self.things.constants):
            if self._defined_twice(name):
                message = f"`{name}` is defined twice: as parameter, constant or argument"
                self.report("E0306", message, self._place(name), "rename one of them")
            try:
                self._remembered(name)
            except ReportedError:
                continue

    def _defined_twice(self, name: str) -> bool:
        owners = (self.arguments, self.things.params, self.things.constants)
        return sum(name in owner for owner in owners) > 1

    def filled(self, text: Text) -> Text:
        """A name with its braces filled: `link{i-1}` is `link0` where i is 1."""
        if "{" not in text:
            return text

        def fill(match: re.Match[str]) -> str:
            hole = text.slice(match.start(1), match.end(1))
            return str(self.whole(hole))

        return Text(re.sub(r"\{([^{}]*)\}", fill, text), text.span, exact=False)

    def whole(self, text: Text) -> int:
        """The constant whole number that `text` means; PlacedError where it means none."""
        found = evaluate_text(text, self.lookup)
        try:
            return whole(found)
        except QuantityError as fault:
            raise PlacedError.at(text.span, fault) from None

    def meant(self, reference: Text) -> tuple[Text, Scope]:
        """The name that `reference` means and where it is meant: an argument stands for what the
        use gives for it."""
        for scope in self.levels():
            if reference in scope.arguments:
                argument = scope.arguments[reference]
                if isinstance(argument.written, Items):
                    return reference, self
                return argument.scope.meant(argument.scope.filled(argument.written))
        return reference, self


def _number_hint(name: str) -> str | None:
    if name.lower() in ("nan", "inf", "infinity"):
        return "numbers in a scene are finite"
    return "define it in `params` or `constants`"
