"""A group of equations as one scan over rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from jax.extend.core import (
    ClosedJaxpr,
    DebugInfo,
    Jaxpr,
    JaxprEqn,
    Literal,
    Primitive,
    Var,
    new_jaxpr_eqn,
)
from jax.extend.core import primitives as lax

from scenert.lanes.fold import neutral
from scenert.lanes.fusion.rowwise import RowForm
from scenert.lanes.fusion.schedule import Group
from scenert.lanes.program import type_of
from scenert.lanes.scan import Scan

Atom = Var | Literal

_COMBINING: dict[str, tuple[Primitive, str]] = {
    "reduce_sum": (lax.add_p, "add"),
    "reduce_prod": (lax.mul_p, "mul"),
    "reduce_max": (lax.max_p, "max"),
    "reduce_min": (lax.min_p, "min"),
    "reduce_and": (lax.and_p, "and"),
    "reduce_or": (lax.or_p, "or"),
    "reduce_xor": (lax.xor_p, "xor"),
}

_UNNAMED = DebugInfo("scan", "loop over rows", None, None)


def loop(group: Group, needed: set[Var]) -> list[JaxprEqn]:
    """Equations that compute what is `needed` of a group's results."""
    body = _Body()
    for equation, form in group.items:
        assert form is not None
        if form.carried:
            body.gather_up(equation, form)
        else:
            body.add(equation, form)
    assert group.extent is not None
    return body.scan(group.extent, needed)


class _Body:
    """One pass of the scan, and what it starts from.

    In the body rows are arrays with a leading extent of 1, as they are for the equations.
    """

    def __init__(self) -> None:
        self.before: list[JaxprEqn] = []
        self.equations: list[JaxprEqn] = []
        self.wholes: dict[Var, Var] = {}
        self.slices: dict[Var, Var] = {}
        self.rows: dict[Var, Var] = {}
        self.carried: dict[Var, tuple[Atom, Var, Var]] = {}

    def add(self, equation: JaxprEqn, form: RowForm) -> None:
        """Compute a row of the equation's results."""
        results = [_row(var) for var in equation.outvars]
        operands = self._operands(equation, form)
        self._append(equation, operands, results, form.parameters)
        self.rows.update(zip(equation.outvars, results, strict=True))

    def gather_up(self, equation: JaxprEqn, form: RowForm) -> None:
        """Combine a row with what the passes before it left."""
        (result,) = equation.outvars
        inside, following = Var(result.aval), Var(result.aval)
        if equation.primitive.name in _COMBINING:
            combine, op = _COMBINING[equation.primitive.name]
            part = Var(result.aval)
            self._append(equation, self._operands(equation, form), [part], form.parameters)
            step = equation.replace(primitive=combine)
            self._append(step, [inside, part], [following], {})
            initial: Atom = self._neutral(equation, op)
        else:
            initial = equation.invars[0]
            rest = [self._operand(atom, True) for atom in equation.invars[1:]]
            self._append(equation, [inside, *rest], [following], form.parameters)
        self.carried[result] = (initial, inside, following)

    def _append(
        self, equation: JaxprEqn, operands: list[Any], results: list[Var], parameters: Any
    ) -> None:
        changed = equation.replace(invars=operands, outvars=results, params=parameters)
        self.equations.append(changed)

    def _operands(self, equation: JaxprEqn, form: RowForm) -> list[Atom]:
        """What the equation reads in the body."""
        pairs = zip(equation.invars, form.rows, strict=True)
        return [self._operand(atom, by_rows) for atom, by_rows in pairs]

    def _operand(self, atom: Atom, by_rows: bool) -> Atom:
        if isinstance(atom, Literal):
            return atom
        if not by_rows:
            return self.wholes.setdefault(atom, Var(atom.aval))
        if atom not in self.rows:
            self.slices[atom], self.rows[atom] = _slice(atom), _row(atom)
        return self.rows[atom]

    def _neutral(self, equation: JaxprEqn, op: str) -> Var:
        """The array that a reduction starts from."""
        aval: Any = equation.outvars[0].aval
        value = np.array(neutral(op, type_of(aval.dtype)), aval.dtype)
        initial = Var(aval)
        spread = {"shape": aval.shape, "broadcast_dimensions": (), "sharding": None}
        scalar = Literal(value, aval.update(shape=()))  # type: ignore[no-untyped-call]
        self.before.append(_equation(equation, lax.broadcast_in_dim_p, scalar, initial, spread))
        return initial

    def scan(self, length: int, needed: set[Var]) -> list[JaxprEqn]:
        """The scan, and what comes before it."""
        leaving = [var for var in self.rows if var in needed and var not in self.slices]
        carries = list(self.carried.values())
        outer = [*self.wholes, *(initial for initial, _, _ in carries), *self.slices]
        results = [*self.carried, *leaving]
        body = ClosedJaxpr(self._jaxpr(leaving), ())
        parameters = Scan(body, length, len(self.wholes), len(carries)).parameters()
        first = self.equations[0]
        scan = new_jaxpr_eqn(
            outer, results, lax.scan_p, parameters, set(), first.source_info, first.ctx
        )
        return [*self.before, scan]

    def _jaxpr(self, leaving: Sequence[Var]) -> Jaxpr:
        """The body: rows come and go without their leading axis."""
        first = self.equations[0]
        entering = [_reshaped(first, slice_, self.rows[var]) for var, slice_ in self.slices.items()]
        slices = [_slice(var) for var in leaving]
        ending = [
            _reshaped(first, self.rows[var], slice_)
            for var, slice_ in zip(leaving, slices, strict=True)
        ]
        carries = list(self.carried.values())
        arguments = chain(
            self.wholes.values(), (inside for _, inside, _ in carries), self.slices.values()
        )
        results = [*(following for _, _, following in carries), *slices]
        return Jaxpr(
            (), list(arguments), results, [*entering, *self.equations, *ending], debug_info=_UNNAMED
        )


def _row(var: Any) -> Var:
    """One row of an array, with a leading axis."""
    return _shaped(var, (1, *var.aval.shape[1:]))


def _slice(var: Any) -> Var:
    """One row of an array, without a leading axis."""
    return _shaped(var, var.aval.shape[1:])


def _shaped(var: Any, shape: tuple[int, ...]) -> Var:
    return Var(var.aval.update(shape=shape))


def _reshaped(model: JaxprEqn, source: Var, target: Any) -> JaxprEqn:
    shape = {"new_sizes": target.aval.shape, "dimensions": None, "sharding": None}
    return _equation(model, lax.reshape_p, source, target, shape)


def _equation(
    model: JaxprEqn, primitive: Primitive, source: Atom, target: Var, parameters: dict[str, Any]
) -> JaxprEqn:
    """An equation that stands where the model stands in the source."""
    changed: JaxprEqn = model.replace(
        invars=[source], outvars=[target], primitive=primitive, params=parameters
    )
    return changed
