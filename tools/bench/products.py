"""The controller's matrix products alone: what a closed loop costs before any physics.

Each of the dependent steps asks the network and puts its 16 outputs in place of the first of the 81
readings. XLA compiles the loop and its gradient as they stand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from tools.bench import controller

OUTPUTS = 16


def loop(steps: int) -> Callable[[Any, Array], Array]:
    """loop(weights, readings (batch, 81)): the mean of the readings after `steps` steps."""

    def run(weights: Any, readings: Array) -> Array:
        def step(readings: Array, _: None) -> tuple[Array, None]:
            x = readings
            for matrix in weights[:-1]:
                x = jnp.maximum(x @ matrix, 0)
            chosen = jnp.tanh(x @ weights[-1])
            return jnp.concatenate([chosen, readings[:, OUTPUTS:]], axis=1), None

        return jnp.mean(lax.scan(step, readings, None, length=steps)[0])

    return run


def readings(batch: int) -> Array:
    """Random readings (batch, 81)."""
    size = next(iter(controller.LAYERS.values()))[0]
    return jnp.asarray(np.random.default_rng(1).normal(size=(batch, size)), jnp.float32)
