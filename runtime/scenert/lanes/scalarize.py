"""From a jaxpr to a scalar program: arguments come from buffers and results go to buffers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jax.extend.core import ClosedJaxpr

import scenert.lanes.rules  # noqa: F401  fills the registry
from scenert.lanes.arrays import Array, Stored, write
from scenert.lanes.builder import Builder
from scenert.lanes.interpret import interpret
from scenert.lanes.ordering import ordered
from scenert.lanes.program import Program, type_of
from scenert.lanes.prune import prune
from scenert.lanes.rules.cost import size

ROWS = 32
"""Extent of the leading axis from which on arrays are worked on by loops over their rows."""
ROWS_OF_LARGE_PROGRAM = 8
"""The same where the program would be large: its straight code would leave the caches."""
LARGE_PROGRAM = 350_000
"""Scalar operations, before any are folded or shared, that make a program large."""
LIMIT = 300_000
"""Instructions, before any are found to be of no use, up to which a program is compiled, in half a
minute. XLA takes longer for programs of that length, and they run many times slower."""


def scalarize(closed: ClosedJaxpr, uniform: Sequence[bool]) -> Program:
    """The scalar program of a jaxpr; `uniform` marks the arguments that all lanes share.

    Raises UnsupportedPrimitive where the jaxpr uses an operation that has no scalar form, and
    LaneError where the program is too long.
    """
    large = size(closed.jaxpr, ROWS) > LARGE_PROGRAM
    builder = Builder(ROWS_OF_LARGE_PROGRAM if large else ROWS, LIMIT)
    arguments = [
        _argument(builder, var.aval, shared)
        for var, shared in zip(closed.jaxpr.invars, uniform, strict=True)
    ]
    results = interpret(builder, closed, arguments)
    for var, result in zip(closed.jaxpr.outvars, results, strict=True):
        type_ = type_of(var.aval.dtype)
        write(builder, builder.buffer("output", type_, int(np.prod(var.aval.shape))), result)
    return ordered(prune(builder.program))


def _argument(builder: Builder, aval: Any, uniform: bool) -> Array:
    size = int(np.prod(aval.shape))
    buffer = builder.buffer("input", type_of(aval.dtype), size, uniform=uniform)
    return Stored(builder, buffer, np.arange(size).reshape(aval.shape))
