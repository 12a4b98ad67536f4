"""Walks a jaxpr equation by equation; the registry says what each primitive becomes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Var

from scenert.lanes.arrays import Array, has_many_rows, tabulated
from scenert.lanes.builder import Builder
from scenert.lanes.errors import LaneError, UnsupportedPrimitive
from scenert.lanes.fusion.fuse import fused
from scenert.lanes.program import type_of
from scenert.lanes.registry import rule_for


def interpret(builder: Builder, closed: ClosedJaxpr, arguments: Sequence[Array]) -> list[Array]:
    """The results of a jaxpr on arrays of value numbers."""
    closed = fused(closed, builder.rows)
    jaxpr, environment = closed.jaxpr, dict[Var, Array]()
    for var, value in zip(jaxpr.constvars, closed.consts, strict=True):
        environment[var] = _constant(builder, np.asarray(value))
    environment.update(zip(jaxpr.invars, arguments, strict=True))
    last_uses = _last_uses(jaxpr)

    def read(atom: Var | Literal) -> Array:
        if isinstance(atom, Literal):
            aval: Any = atom.aval
            return _constant(builder, np.asarray(atom.val, aval.dtype))
        return environment[atom]

    for place, equation in enumerate(jaxpr.eqns):
        operands = [read(atom) for atom in equation.invars]
        for var in last_uses.get(place, ()):
            environment.pop(var, None)
        results = _apply(builder, equation, operands)
        del operands
        environment.update(zip(equation.outvars, results, strict=True))
    return [read(atom) for atom in jaxpr.outvars]


def _apply(builder: Builder, equation: JaxprEqn, operands: list[Array]) -> Sequence[Array]:
    name = equation.primitive.name
    rule = rule_for(name)
    if rule is None:
        raise UnsupportedPrimitive(name, "no rule for it exists", _place(equation))
    try:
        return rule(builder, equation, *operands)
    except UnsupportedPrimitive as fault:
        if fault.place:
            raise
        raise UnsupportedPrimitive(fault.primitive, fault.reason, _place(equation)) from fault
    except LaneError as fault:
        raise UnsupportedPrimitive(name, str(fault), _place(equation)) from fault


def _place(equation: JaxprEqn) -> str:
    """File and line of the user's call that made the equation; empty where JAX does not know it."""
    traceback = equation.source_info.traceback
    frames: Sequence[Any] = traceback.frames if traceback else ()
    for frame in frames:
        if "/jax/" not in frame.file_name and Path(frame.file_name).parent != Path(__file__).parent:
            return f"{frame.file_name}:{frame.line_num}"
    return ""


def _constant(builder: Builder, array: np.ndarray) -> Array:
    if has_many_rows(builder, array):
        return tabulated(builder, array, type_of(array.dtype))
    return builder.constants(array, type_of(array.dtype))


def _last_uses(jaxpr: Jaxpr) -> dict[int, list[Var]]:
    """By equation: the variables that nothing after it reads."""
    seen = {atom for atom in jaxpr.outvars if isinstance(atom, Var)}
    uses: dict[int, list[Var]] = {}
    for place in reversed(range(len(jaxpr.eqns))):
        for atom in jaxpr.eqns[place].invars:
            if isinstance(atom, Var) and atom not in seen:
                seen.add(atom)
                uses.setdefault(place, []).append(atom)
    return uses


def inlined(builder: Builder, called: Any, operands: Sequence[Array]) -> list[Array]:
    """The results of a jaxpr that an equation calls."""
    closed = called if isinstance(called, ClosedJaxpr) else ClosedJaxpr(called, ())
    return interpret(builder, closed, operands)
