"""Batches of robots over all local devices."""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from typing import Any

import equinox as eqx
import jax
import numpy as np
from jax import lax
from jax.sharding import Mesh, PartitionSpec

AXIS = "robots"

Shared = Callable[[Any, Any], tuple[Any, Any]]
"""function(model, robots) -> (means, robots): `robots` are pytrees of arrays with one entry per
robot in front, `means` averages over them."""


def over_devices(local: Shared, batch: int) -> Shared:
    """`local`, with `batch` robots shared out to the local devices.

    Each device takes an equal share of the robots: as many devices work as divide the batch.
    `local` differentiates on its own device, for its own robots; averaging `means` is all that
    crosses devices.
    """
    devices = jax.local_devices()
    share = gcd(batch, len(devices))
    if share == 1:
        return local
    mesh = Mesh(np.array(devices[:share]), (AXIS,))
    whole, split = PartitionSpec(), PartitionSpec(AXIS)  # type: ignore[no-untyped-call]

    def spread(model: Any, robots: Any) -> tuple[Any, Any]:
        arrays, static = eqx.partition(model, eqx.is_array)

        def one(arrays: Any, robots: Any) -> tuple[Any, Any]:
            means, after = local(eqx.combine(arrays, static), robots)
            return lax.pmean(means, AXIS), after  # type: ignore[no-untyped-call]

        # `check_vma` would have users mark the states at which their scans begin.
        sides = (whole, split)
        return jax.shard_map(one, mesh=mesh, in_specs=sides, out_specs=sides, check_vma=False)(
            arrays, robots
        )

    return spread
