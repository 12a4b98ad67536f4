"""What the kinds of gradients cost: the quadruped in closed loop with each `options.gradient`."""

from __future__ import annotations

from collections.abc import Iterator

import jax.numpy as jnp

from tools.bench import controller
from tools.bench.compiled import measured
from tools.bench.measure import Row
from tools.bench.options import Options
from tools.bench.robots import gradient, quadruped, spread, walk

KINDS = "exact", "implicit", "smoothed"


def rows(options: Options) -> Iterator[Row]:
    """The gradient to all weights, of each kind."""
    batch, steps = (2, 5) if options.quick else (1024, 1000)
    layers = next(iter(controller.LAYERS.values()))
    weights = [jnp.asarray(w) for w in controller.weights(layers)]
    for kind in KINDS:
        sim = quadruped(kind)
        run = gradient(walk(sim, steps))
        values = measured(run, (weights, spread(sim, batch)), batch * steps, options.budget)
        yield Row("kinds", "scenec", kind, "gradient", batch, values)
