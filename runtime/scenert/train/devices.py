"""Batches of robots over all local devices."""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.sharding import Mesh, PartitionSpec

AXIS = "robots"


def mean_gradient(
    loss: Callable[[Any, Array], tuple[Array, dict[str, Array]]], batch: int
) -> Callable[[Any, Array], tuple[Any, dict[str, Array]]]:
    """mean_gradient(loss, batch)(model, keys): gradient and metrics, averaged over `batch` robots.

    `keys` has shape (batch,). Each device takes an equal share of the robots: as many devices work
    as divide the batch.
    """

    def local(model: Any, keys: Array) -> tuple[Any, dict[str, Array]]:
        def mean(model: Any) -> tuple[Array, dict[str, Array]]:
            losses, metrics = jax.vmap(loss, (None, 0))(model, keys)
            return jnp.mean(losses), jax.tree.map(jnp.mean, metrics)

        gradient: Any
        gradient, metrics = eqx.filter_grad(mean, has_aux=True)(model)  # type: ignore[no-untyped-call]
        return gradient, metrics

    devices = jax.local_devices()
    share = gcd(batch, len(devices))
    if share == 1:
        return local
    return _spread(local, Mesh(np.array(devices[:share]), (AXIS,)))


def _spread(local: Callable[[Any, Array], Any], mesh: Mesh) -> Callable[[Any, Array], Any]:
    """`local` on every device of the mesh with its share of the keys; the mean of what they give.

    `local` differentiates on its own device, for its own robots; the mean here is all that crosses
    devices. `check_vma` would have users mark the states at which their scans begin.
    """
    whole, split = PartitionSpec(), PartitionSpec(AXIS)  # type: ignore[no-untyped-call]

    def averaged(model: Any, keys: Array) -> Any:
        arrays, static = eqx.partition(model, eqx.is_array)

        def one(arrays: Any, keys: Array) -> Any:
            own = local(eqx.combine(arrays, static), keys)
            return lax.pmean(own, AXIS)  # type: ignore[no-untyped-call]

        return jax.shard_map(
            one, mesh=mesh, in_specs=(whole, split), out_specs=whole, check_vma=False
        )(arrays, keys)

    return averaged
