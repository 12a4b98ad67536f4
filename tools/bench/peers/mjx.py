"""MJX: Newton with 4 iterations and 8 of line search, scanned so that it has a reverse mode.

python -m tools.bench.peers.mjx CONTROLLER BATCH STEPS BUDGET WHAT
"""

from __future__ import annotations

import sys
from typing import Any
from unittest import mock

import jax
import jax.numpy as jnp
import mujoco
from mujoco import mjx
from mujoco.mjx._src import solver

from tools.bench import controller
from tools.bench.compiled import measured
from tools.bench.measure import Row
from tools.bench.peers import models

ITERATIONS = 4


def main() -> None:
    case, batch, steps, budget, what = sys.argv[1:]
    model = mujoco.MjModel.from_xml_string(
        models.quadruped(f'iterations="{ITERATIONS}" ls_iterations="8"')
    )
    model.opt.disableflags |= mujoco.mjtDisableBit.mjDSBL_EULERDAMP
    weights = [jnp.asarray(matrix) for matrix in controller.weights(controller.LAYERS[case])]
    states = _start(model, int(batch))
    run = _walk(mjx.put_model(model), int(steps))
    function = run if what == "forward" else jax.value_and_grad(run)
    with mock.patch.object(solver, "jax", _Scanning()):
        values = measured(function, (weights, states), int(batch) * int(steps), float(budget))
    values |= {"mass": float(model.body_mass.sum())}
    print(Row("quadruped", "MJX", case, what, int(batch), values).line())


def _start(model: Any, batch: int) -> Any:
    data = mjx.make_data(model)
    place = jnp.asarray(model.qpos0, jnp.float32).at[7:].set(controller.STANCE)
    return jax.tree.map(lambda x: jnp.stack([x] * batch), data.replace(qpos=place))


def _walk(model: Any, steps: int) -> Any:
    """The mean distance that robots walk."""

    def advance(weights: Any, data: Any, number: Any) -> Any:
        read = controller.readings(jnp, number * controller.STEP, data.qpos, data.qvel)
        control = controller.targets(jnp, weights, read)
        return jax.vmap(mjx.step, (None, 0))(model, data.replace(ctrl=control))

    def run(weights: Any, states: Any) -> Any:
        @jax.checkpoint
        def body(states: Any, number: Any) -> tuple[Any, None]:
            return advance(weights, states, number), None

        final, _ = jax.lax.scan(body, states, jnp.arange(steps, dtype=jnp.float32))
        return jnp.mean(final.qpos[:, 0])

    return run


class _Scanning:
    """JAX with a `while_loop` of ITERATIONS rounds, for the solver to be differentiable."""

    def __init__(self) -> None:
        self.lax = self

    def __getattr__(self, name: str) -> Any:
        return getattr(jax.lax, name, None) or getattr(jax, name)

    def while_loop(self, condition: Any, body: Any, value: Any) -> Any:
        def advance(value: Any, _: None) -> tuple[Any, None]:
            keep, after = condition(value), body(value)
            return jax.tree.map(lambda a, b: jnp.where(keep, a, b), after, value), None

        return jax.lax.scan(advance, value, None, ITERATIONS)[0]


if __name__ == "__main__":
    main()
