"""How many scalar operations a jaxpr stands for."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

from jax.extend.core import ClosedJaxpr, Jaxpr

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


def cost(jaxpr: Jaxpr) -> int:
    """Scalar operations of a jaxpr, before anything is folded or shared."""
    return sum(_cost(equation) for equation in jaxpr.eqns)


def _cost(equation: Any) -> int:
    name, parameters = equation.primitive.name, equation.params
    called = [cost(inner) for inner in _called(parameters)]
    if called:
        return sum(called) * int(parameters["length"] if name == "scan" else 1)
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
