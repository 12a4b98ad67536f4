"""How many scalar operations a jaxpr stands for, and which scans are written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

from jax.extend.core import ClosedJaxpr, Jaxpr

from scenert.lanes.scan import Scan

_FREE = frozenset(
    {
        "broadcast_in_dim",
        "concatenate",
        "copy",
        "dynamic_slice",
        "dynamic_update_slice",
        "expand_dims",
        "gather",
        "iota",
        "pad",
        "reshape",
        "rev",
        "scatter",
        "slice",
        "split",
        "squeeze",
        "stack",
        "stop_gradient",
        "transpose",
        "unstack",
    }
)


UNROLL_BUDGET = 1500
"""Scalar operations up to which a scan is written out pass by pass."""
LOOP_BUDGET = 256
"""The same for a scan of so many passes that it may go over the rows of a large array."""


def cost(jaxpr: Jaxpr) -> int:
    """Scalar operations that run, before anything is folded or shared."""
    return _total(jaxpr, lambda scan: scan.passes)


def size(jaxpr: Jaxpr, rows: int) -> int:
    """Scalar operations to write out, if only scans become loops; see `worth_unrolling`."""

    return _total(jaxpr, lambda scan: scan.passes if worth_unrolling(scan, rows) else 1)


def worth_unrolling(scan: Scan, rows: int) -> bool:
    """Whether a scan is small enough to be written out; `rows` passes are many."""
    body: Any = scan.body.jaxpr
    left: int = sum(prod(var.aval.shape) for var in body.outvars[scan.carried :])
    budget = UNROLL_BUDGET if scan.passes < rows else LOOP_BUDGET
    return scan.passes <= 1 or scan.passes * max(cost(body), left) <= budget


def _total(jaxpr: Jaxpr, passes: Callable[[Scan], int]) -> int:
    return sum(_cost(equation, passes) for equation in jaxpr.eqns)


def _cost(equation: Any, passes: Callable[[Scan], int]) -> int:
    name, parameters = equation.primitive.name, equation.params
    called = [_total(inner, passes) for inner in _called(parameters)]
    if called:
        return sum(called) * (passes(Scan.of(parameters)) if name == "scan" else 1)
    if name in _FREE:
        return 0
    results: int = sum(prod(var.aval.shape) for var in equation.outvars)
    if name == "dot_general":
        (summed, _), _ = parameters["dimension_numbers"]
        return 2 * results * int(prod(equation.invars[0].aval.shape[axis] for axis in summed))
    operands: int = sum(prod(atom.aval.shape) for atom in equation.invars)
    return max(results, operands if name.startswith(("reduce_", "cum", "arg")) else 0)


def _called(parameters: dict[str, Any]) -> Iterator[Jaxpr]:
    for value in parameters.values():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, ClosedJaxpr):
                yield item.jaxpr
            elif isinstance(item, Jaxpr):
                yield item
