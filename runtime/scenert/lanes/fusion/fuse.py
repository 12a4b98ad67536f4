"""The whole rewriting: a jaxpr whose large arrays are computed by loops over their rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Var

from scenert.lanes.calls import CALLS, called
from scenert.lanes.fusion.flatten import flattened
from scenert.lanes.fusion.loops import loop
from scenert.lanes.fusion.rowwise import row_form
from scenert.lanes.fusion.schedule import Group, scheduled


def fused(closed: ClosedJaxpr, rows: int) -> ClosedJaxpr:
    """A jaxpr of the same meaning with loops over `rows` rows or more.

    It is the same one where no array has so many.
    """
    if not _large(closed.jaxpr, rows):
        return closed
    closed = flattened(closed)
    flat, equations = closed.jaxpr, list[JaxprEqn]()
    groups = scheduled(_live(flat), rows)
    for group, needed in zip(groups, _needed(groups, flat.outvars), strict=True):
        if group.extent is None:
            equations += (equation for equation, _ in group.items)
        else:
            equations += loop(group, needed)
    rewritten = Jaxpr(
        flat.constvars, flat.invars, flat.outvars, equations, flat.effects, flat.debug_info
    )
    return ClosedJaxpr(rewritten, closed.consts)


def _large(jaxpr: Jaxpr, rows: int) -> bool:
    """Whether an equation, also of a called jaxpr, has a form by rows."""
    return any(
        _large(_open(called(equation.params)), rows)
        if equation.primitive.name in CALLS
        else row_form(equation, rows) is not None
        for equation in jaxpr.eqns
    )


def _open(callee: ClosedJaxpr | Jaxpr) -> Jaxpr:
    return callee.jaxpr if isinstance(callee, ClosedJaxpr) else callee


def _live(jaxpr: Jaxpr) -> list[JaxprEqn]:
    """The equations that results depend on."""
    read = {atom for atom in jaxpr.outvars if isinstance(atom, Var)}
    live = []
    for equation in reversed(jaxpr.eqns):
        if not read.isdisjoint(equation.outvars):
            live.append(equation)
            read.update(atom for atom in equation.invars if isinstance(atom, Var))
    return live[::-1]


def _needed(groups: Sequence[Group], outvars: Iterable[Any]) -> list[set[Var]]:
    """For every group: the variables that something after it reads."""
    read = {atom for atom in outvars if isinstance(atom, Var)}
    needed = []
    for group in reversed(groups):
        needed.append(set(read))
        read.update(
            atom for equation, _ in group.items for atom in equation.invars if isinstance(atom, Var)
        )
    return needed[::-1]
