"""Which arrays that a scan carries stay the same in every lane."""

from __future__ import annotations

from collections.abc import Sequence

from jax.extend.core import Jaxpr, Literal, Var


def uniform_carries(body: Jaxpr, uniform: Sequence[bool], consts: int, carries: int) -> list[bool]:
    """For each carry: whether no pass mixes in anything that differs between lanes.

    `uniform` says it of the scan's operands (constants, initial carry, scanned arrays).
    """
    current = list(uniform)
    while True:
        results = _spread(body, current)[:carries]
        before = current[consts : consts + carries]
        after = [old and new for old, new in zip(before, results, strict=True)]
        if after == before:
            return after
        current[consts : consts + carries] = after


def _spread(jaxpr: Jaxpr, uniform: Sequence[bool]) -> list[bool]:
    """Which results are uniform, given which arguments are."""
    varying: set[Var] = {
        var for var, shared in zip(jaxpr.invars, uniform, strict=True) if not shared
    }
    for equation in jaxpr.eqns:
        if any(isinstance(atom, Var) and atom in varying for atom in equation.invars):
            varying.update(equation.outvars)
    return [isinstance(atom, Literal) or atom not in varying for atom in jaxpr.outvars]
