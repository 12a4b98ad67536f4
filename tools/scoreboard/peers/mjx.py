"""MJX, forward mode: its solver's loop has no reverse one.

python -m tools.scoreboard.peers.mjx PROBLEM
"""

from __future__ import annotations

import sys
from typing import Any

import jax
import jax.numpy as jnp
import mujoco
import numpy as np
from mujoco import mjx

from tools.scoreboard.mjcf import model
from tools.scoreboard.problem import Problem
from tools.scoreboard.published import PROBLEMS
from tools.scoreboard.result import Result

jax.config.update("jax_enable_x64", True)


def main() -> None:
    problem = PROBLEMS[sys.argv[1]]
    compiled = mjx.put_model(mujoco.MjModel.from_xml_string(model(problem)))
    loss = _loss(problem, compiled)

    def both(x: Any) -> Any:
        return loss(x), jax.jacfwd(loss)(x)

    losses, gradients = jax.jit(jax.vmap(both))(jnp.asarray(problem.points))
    found = (np.asarray(losses).tolist(), np.asarray(gradients).tolist())
    print(Result(problem.name, "MJX", *found).line())


def _loss(problem: Problem, compiled: Any) -> Any:
    count = len(problem.bodies)
    turned = jnp.asarray([body.turned for body in problem.bodies])

    def run(x: Any) -> Any:
        start = problem.start(jnp, x)
        pose = jnp.concatenate([start.position, turned], axis=1).reshape(-1)
        twist = jnp.concatenate([start.velocity, start.spin], axis=1).reshape(-1)
        data = mjx.make_data(compiled).replace(qpos=pose, qvel=twist)

        def advance(data: Any, number: Any) -> Any:
            push = jnp.where(number < problem.pushed, 1.0, 0.0)
            force = data.xfrc_applied.at[1:, :3].set(push * start.force)
            return mjx.step(compiled, data.replace(xfrc_applied=force)), None

        final, _ = jax.lax.scan(advance, data, jnp.arange(problem.steps))
        return problem.loss(final.qpos.reshape(count, 7)[:, :3])

    return run


if __name__ == "__main__":
    main()
