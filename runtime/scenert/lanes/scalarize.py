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
from scenert.lanes.program import Program, type_of
from scenert.lanes.prune import prune


def scalarize(closed: ClosedJaxpr, uniform: Sequence[bool]) -> Program:
    """The scalar program of a jaxpr; `uniform` marks the arguments that all lanes share.

    Raises UnsupportedPrimitive where the jaxpr uses an operation that has no scalar form.
    """
    builder = Builder()
    arguments = [
        _argument(builder, var.aval, shared)
        for var, shared in zip(closed.jaxpr.invars, uniform, strict=True)
    ]
    results = interpret(builder, closed.jaxpr, closed.consts, arguments)
    for var, result in zip(closed.jaxpr.outvars, results, strict=True):
        type_ = type_of(var.aval.dtype)
        write(builder, builder.buffer("output", type_, int(np.prod(var.aval.shape))), result)
    return prune(builder.program)


def _argument(builder: Builder, aval: Any, uniform: bool) -> Array:
    size = int(np.prod(aval.shape))
    buffer = builder.buffer("input", type_of(aval.dtype), size, uniform=uniform)
    return Stored(builder, buffer, np.arange(size).reshape(aval.shape))
