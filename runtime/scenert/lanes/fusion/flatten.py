"""Replaces calls by the equations of what they call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Var

from scenert.lanes.calls import CALLS, called

Atom = Var | Literal


def flattened(closed: ClosedJaxpr) -> ClosedJaxpr:
    """A jaxpr without calls."""
    jaxpr = closed.jaxpr
    flattener = _Flattener(list(jaxpr.constvars), list(closed.consts))
    outvars = flattener.visit(jaxpr, {})
    flat = Jaxpr(
        flattener.constvars,
        jaxpr.invars,
        outvars,
        flattener.equations,
        jaxpr.effects,
        jaxpr.debug_info,
    )
    return ClosedJaxpr(flat, flattener.consts)


class _Flattener:
    """Collects equations; each has results of its own, however often its jaxpr is called."""

    def __init__(self, constvars: list[Var], consts: list[Any]) -> None:
        self.constvars = constvars
        self.consts = consts
        self.equations: list[JaxprEqn] = []

    def visit(self, jaxpr: Jaxpr, names: dict[Var, Atom]) -> list[Atom]:
        """Collect a jaxpr's equations; `names` says what its variables are called here."""

        def named(atom: Atom) -> Atom:
            return names.get(atom, atom) if isinstance(atom, Var) else atom

        for equation in jaxpr.eqns:
            operands = [named(atom) for atom in equation.invars]
            if equation.primitive.name in CALLS:
                results = self._call(called(equation.params), operands)
            else:
                fresh = [Var(var.aval) for var in equation.outvars]
                self.equations.append(equation.replace(invars=operands, outvars=fresh))
                results = list[Atom](fresh)
            names.update(zip(equation.outvars, results, strict=True))
        return [named(atom) for atom in jaxpr.outvars]

    def _call(self, callee: Any, operands: Sequence[Atom]) -> list[Atom]:
        if not isinstance(callee, ClosedJaxpr):
            return self.visit(callee, dict(zip(callee.invars, operands, strict=True)))
        inner = callee.jaxpr
        kept = [Var(var.aval) for var in inner.constvars]
        self.constvars += kept
        self.consts += callee.consts
        names = dict(zip((*inner.constvars, *inner.invars), (*kept, *operands), strict=True))
        return self.visit(inner, names)
