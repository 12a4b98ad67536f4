"""Sorts equations into groups whose rows can be computed one by one.

A group holds equations over equally many rows, none of which needs more of another's result than
the same row. Equations without a form by rows make groups of their own. Groups run one after the
other; each equation joins the first group that can take it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jax.extend.core import JaxprEqn, Var

from scenert.lanes.fusion.rowwise import RowForm, row_form

Item = tuple[JaxprEqn, RowForm | None]


@dataclass
class Group:
    """Equations over `extent` rows; or, with None, equations that have no form by rows."""

    extent: int | None
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class _Source:
    """Where a variable is computed, and whether row by row."""

    group: int
    rows: bool


def scheduled(equations: Sequence[JaxprEqn], rows: int) -> list[Group]:
    """The equations in groups over `rows` rows or more, each after those that it needs."""
    groups: list[Group] = []
    sources: dict[Var, _Source] = {}
    for equation in equations:
        form = row_form(equation, rows)
        extent = form.extent if form else None
        first = _first(groups, sources, equation, form)
        fitting = (g for g in range(first, len(groups)) if groups[g].extent == extent)
        place = next(fitting, len(groups))
        if place == len(groups):
            groups.append(Group(extent))
        groups[place].items.append((equation, form))
        source = _Source(place, rows=form is not None and not form.carried)
        sources.update(dict.fromkeys(equation.outvars, source))
    return groups


def _first(
    groups: Sequence[Group],
    sources: dict[Var, _Source],
    equation: JaxprEqn,
    form: RowForm | None,
) -> int:
    """The first group in which all operands of an equation are known."""
    first = 0
    for place, atom in enumerate(equation.invars):
        source = sources.get(atom) if isinstance(atom, Var) else None
        if source is None:
            continue
        alike = groups[source.group].extent == (form.extent if form else None)
        together = alike and (form is None or (form.rows[place] and source.rows))
        first = max(first, source.group + (not together))
    return first
