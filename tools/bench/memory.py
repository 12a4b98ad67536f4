"""What backpropagation through time keeps of every step, by the compiled program's own account."""

from __future__ import annotations

from collections.abc import Iterator

import jax.numpy as jnp

from tools.bench import controller
from tools.bench.compiled import temporary_bytes
from tools.bench.measure import Row
from tools.bench.options import Options
from tools.bench.robots import gradient, quadruped, spread, walk


def rows(options: Options) -> Iterator[Row]:
    """Bytes per step and robot: the difference between two lengths of the rollout."""
    batch, short, long = (2, 4, 8) if options.quick else (128, 500, 1000)
    case = next(iter(controller.LAYERS))
    sim = quadruped()
    arguments = (
        [jnp.asarray(w) for w in controller.weights(controller.LAYERS[case])],
        spread(sim, batch),
    )
    one, other = (temporary_bytes(gradient(walk(sim, steps)), arguments) for steps in (short, long))
    size = (other - one) / (long - short) / batch
    numbers = sum(field.size for field in sim.manifest.state)
    yield Row("memory", "scenec", case, "gradient", batch, {"bytes": size, "state": 4.0 * numbers})
