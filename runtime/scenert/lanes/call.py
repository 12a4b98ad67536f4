"""The face of lanes: a decorator for functions of one element, in the manner of `jax.jit`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import jax
import jax.numpy as jnp
from jax.tree_util import PyTreeDef

from scenert.lanes.function import LaneFunction
from scenert.lanes.identity import identify
from scenert.lanes.manual import spread_alike
from scenert.lanes.primitive import lane_call
from scenert.lanes.signature import Signature, array_type, kept_signature

P = ParamSpec("P")
R = TypeVar("R")


def lanes(
    function: Callable[P, R], *, uniform: Sequence[int] = (), key: str | None = None
) -> Callable[P, R]:
    """The function, run on a CPU with one element of a batch per vector lane.

    `function` maps pytrees of arrays to a pytree of arrays, for one element, without branches that
    depend on data; it must depend on its arguments only. The result is used like any JAX function:
    under `jit`, `vmap` (nested, over any of the arguments), `grad`, `jvp`, `scan`, `checkpoint`.
    Arguments that a `vmap` leaves out are shared by its lanes and their cotangents are summed.

    `uniform` lists the positions of arguments that batches usually share, such as parameters. It
    changes no result, only which compiled kernel serves a call without a batch.

    `key` stands for what the function computes, as the hash of its source does: functions of other
    source than the runtime's own must have other keys. With a key, another process finds results'
    types and compiled code on disk (`scenert.lanes.store`) without tracing the function.

    What cannot run in lanes runs as JAX would run it, after a LaneFallbackWarning.
    """
    known: dict[object, tuple[LaneFunction, PyTreeDef]] = {}
    lock = threading.Lock()
    name = getattr(function, "__qualname__", type(function).__name__)
    traced = jax.jit(function, inline=True)  # which traces once for all its uses

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        leaves, structure = jax.tree.flatten((args, kwargs))
        arrays = [jnp.asarray(leaf) for leaf in leaves]
        types = (structure, tuple((array.shape, array.dtype) for array in arrays))
        with lock:
            if types not in known:
                known[types] = _lane_function(traced, name, uniform, key, args, kwargs)
            lane_function, results = known[types]
        values = lane_call.bind(*spread_alike(arrays), function=lane_function, rank=0)
        return jax.tree.unflatten(results, values)  # type: ignore[no-any-return]

    return call


def _lane_function(
    function: Callable[..., Any],
    name: str,
    uniform: Sequence[int],
    key: str | None,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[LaneFunction, PyTreeDef]:
    """The function on flat arrays of these types, and the structure of its result."""
    leaves, structure = jax.tree.flatten((args, kwargs))
    types = [array_type(jnp.shape(leaf), jnp.result_type(leaf)) for leaf in leaves]

    def flat(*values: Any) -> list[Any]:
        inner_args, inner_kwargs = jax.tree.unflatten(structure, values)
        return [jnp.asarray(x) for x in jax.tree.leaves(function(*inner_args, **inner_kwargs))]

    def signature() -> Signature:
        inner_args, inner_kwargs = jax.tree.unflatten(structure, types)
        return Signature.of(jax.eval_shape(function, *inner_args, **inner_kwargs))

    shared = [place in uniform for place, arg in enumerate(args) for _ in jax.tree.leaves(arg)]
    shared += [False] * (len(leaves) - len(shared))
    identity = None if key is None else identify(key, structure, types)
    results, tree = signature() if identity is None else kept_signature(identity, signature)
    return LaneFunction(name, flat, types, results, shared, identity), tree
