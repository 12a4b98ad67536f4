"""Brax with its generalized pipeline; its inverse of the mass matrix is exact here.

python -m tools.bench.peers.brax CONTROLLER BATCH STEPS BUDGET WHAT
"""

from __future__ import annotations

import sys
from typing import Any

import jax
import jax.numpy as jnp
import mujoco
from brax.generalized import pipeline
from brax.io import mjcf

from tools.bench import controller
from tools.bench.compiled import measured
from tools.bench.measure import Row
from tools.bench.peers import models

EXACT_INVERSE = '<custom><numeric name="matrix_inv_iterations" data="0"/></custom>'


def main() -> None:
    case, batch, steps, budget, what = sys.argv[1:]
    text = models.quadruped('iterations="10"', EXACT_INVERSE)
    system = mjcf.load_model(mujoco.MjModel.from_xml_string(text))
    weights = [jnp.asarray(matrix) for matrix in controller.weights(controller.LAYERS[case])]
    place = jnp.asarray(system.init_q, jnp.float32).at[7:].set(controller.STANCE)
    one = pipeline.init(system, place, jnp.zeros(system.qd_size()))
    states = jax.tree.map(lambda x: jnp.stack([x] * int(batch)), one)
    run = _walk(system, int(steps))
    function = run if what == "forward" else jax.value_and_grad(run)
    values = measured(function, (weights, states), int(batch) * int(steps), float(budget))
    values |= {"mass": float(system.link.inertia.mass.sum())}
    print(Row("quadruped", "Brax", case, what, int(batch), values).line())


def _walk(system: Any, steps: int) -> Any:
    """The mean distance that robots walk."""

    def run(weights: Any, states: Any) -> Any:
        @jax.checkpoint
        def body(states: Any, number: Any) -> tuple[Any, None]:
            read = controller.readings(jnp, number * controller.STEP, states.q, states.qd)
            control = controller.targets(jnp, weights, read)
            return jax.vmap(pipeline.step, (None, 0, 0))(system, states, control), None

        final, _ = jax.lax.scan(body, states, jnp.arange(steps, dtype=jnp.float32))
        return jnp.mean(final.q[:, 0])

    return run


if __name__ == "__main__":
    main()
