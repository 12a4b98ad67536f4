"""Which parameters a program depends on at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import Jaxpr, Literal

from scenert.simulator import Simulator


def unused_parameters(sim: Simulator) -> frozenset[str]:
    """The parameters that neither the start nor a step nor a sensor depends on."""
    params = sim.params()
    state, control = sim.init(params), jnp.zeros(sim.n_control)
    program = sim.portable()._program
    calls: tuple[tuple[Callable[..., Any], tuple[Any, ...]], ...] = (
        (program.init, ()),
        (program.step, (state, control)),
        (program.sense, (state, control)),
    )
    names = sorted(params)
    unused = set(names)
    for function, rest in calls:
        closed = jax.make_jaxpr(function)(params, *rest)
        reached = _reaching(closed.jaxpr)[: len(names)]  # of a dict, leaves come sorted by name
        unused -= {name for name, reaches in zip(names, reached, strict=True) if reaches}
    return frozenset(unused)


def _reaching(jaxpr: Jaxpr) -> Sequence[bool]:
    """For every input whether a result may depend on it; what an equation calls counts as one."""
    needed = {v for v in jaxpr.outvars if not isinstance(v, Literal)}
    for equation in reversed(jaxpr.eqns):
        if needed.intersection(equation.outvars):
            needed.update(v for v in equation.invars if not isinstance(v, Literal))
    return [v in needed for v in jaxpr.invars]
