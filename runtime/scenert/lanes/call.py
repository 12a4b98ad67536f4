"""The face of lanes: a decorator for functions of one element, in the manner of `jax.jit`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import jax
import jax.numpy as jnp
from jax.tree_util import PyTreeDef

from scenert.lanes.function import LaneFunction, array_type
from scenert.lanes.manual import spread_alike
from scenert.lanes.primitive import lane_call

P = ParamSpec("P")
R = TypeVar("R")


def lanes(function: Callable[P, R], *, uniform: Sequence[int] = ()) -> Callable[P, R]:
    """The function, run on a CPU with one element of a batch per vector lane.

    `function` maps pytrees of arrays to a pytree of arrays, for one element, without branches that
    depend on data; it must depend on its arguments only. The result is used like any JAX function:
    under `jit`, `vmap` (nested, over any of the arguments), `grad`, `jvp`, `scan`, `checkpoint`.
    Arguments that a `vmap` leaves out are shared by its lanes and their cotangents are summed.

    `uniform` lists the positions of arguments that batches usually share, such as parameters. It
    changes no result, only which compiled kernel serves a call without a batch.

    What cannot run in lanes runs as JAX would run it, after a LaneFallbackWarning.
    """
    known: dict[object, tuple[LaneFunction, PyTreeDef]] = {}
    lock = threading.Lock()
    name = getattr(function, "__qualname__", type(function).__name__)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        leaves, structure = jax.tree.flatten((args, kwargs))
        arrays = [jnp.asarray(leaf) for leaf in leaves]
        key = (structure, tuple((array.shape, array.dtype) for array in arrays))
        with lock:
            if key not in known:
                known[key] = _traced(function, name, uniform, args, kwargs)
            lane_function, results = known[key]
        values = lane_call.bind(*spread_alike(arrays), function=lane_function, rank=0)
        return jax.tree.unflatten(results, values)  # type: ignore[no-any-return]

    return call


def _traced(
    function: Callable[..., Any],
    name: str,
    uniform: Sequence[int],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[LaneFunction, PyTreeDef]:
    """The function on flat arrays of these types, and the structure of its result."""
    leaves, structure = jax.tree.flatten((args, kwargs))
    types = [array_type(jnp.shape(leaf), jnp.result_type(leaf)) for leaf in leaves]

    def flat(*values: Any) -> list[Any]:
        inner_args, inner_kwargs = jax.tree.unflatten(structure, values)
        return [jnp.asarray(x) for x in jax.tree.leaves(function(*inner_args, **inner_kwargs))]

    inner_args, inner_kwargs = jax.tree.unflatten(structure, types)
    results = jax.tree.structure(jax.eval_shape(function, *inner_args, **inner_kwargs))
    shared = [place in uniform for place, arg in enumerate(args) for _ in jax.tree.leaves(arg)]
    shared += [False] * (len(leaves) - len(shared))
    return LaneFunction(name, flat, types, shared), results
