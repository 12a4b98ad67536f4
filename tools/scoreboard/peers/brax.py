"""Brax with its positional and its spring pipeline; the generalized one has no restitution.

python -m tools.scoreboard.peers.brax PROBLEM
"""

from __future__ import annotations

import sys
from typing import Any

import jax
import jax.numpy as jnp
import mujoco
import numpy as np
from brax.io import mjcf
from brax.positional import pipeline as positional
from brax.spring import pipeline as spring

from tools.scoreboard.mjcf import model
from tools.scoreboard.problem import Problem
from tools.scoreboard.published import PROBLEMS
from tools.scoreboard.result import Result

jax.config.update("jax_enable_x64", True)

PIPELINES = {"Brax, positional": positional, "Brax, spring": spring}


def main() -> None:
    problem = PROBLEMS[sys.argv[1]]
    compiled = mujoco.MjModel.from_xml_string(model(problem))
    system = mjcf.load_model(compiled)
    system = system.tree_replace({"elasticity": jnp.full(compiled.ngeom, problem.restitution)})
    for name, pipeline in PIPELINES.items():
        run = jax.jit(jax.vmap(jax.value_and_grad(_loss(problem, system, pipeline))))
        losses, gradients = run(jnp.asarray(problem.points))
        found = (np.asarray(losses).tolist(), np.asarray(gradients).tolist())
        print(Result(problem.name, name, *found).line())


def _loss(problem: Problem, system: Any, pipeline: Any) -> Any:
    count = len(problem.bodies)
    turned = jnp.asarray([body.turned for body in problem.bodies])

    def run(x: Any) -> Any:
        start = problem.start(jnp, x)
        pose = jnp.concatenate([start.position, turned], axis=1).reshape(-1)
        twist = jnp.concatenate([start.velocity, start.spin], axis=1).reshape(-1)
        masses = jnp.asarray([body.mass for body in problem.bodies])[:, None]
        state = pipeline.init(system, pose, twist)

        @jax.checkpoint
        def advance(state: Any, number: Any) -> Any:
            push = jnp.where(number < problem.pushed, 1.0, 0.0) * start.force / masses
            velocity = state.xd.vel + push * system.opt.timestep
            pushed = state.replace(xd=state.xd.replace(vel=velocity))
            if hasattr(state, "xd_i"):
                inner = state.xd_i.replace(vel=state.xd_i.vel + push * system.opt.timestep)
                pushed = pushed.replace(xd_i=inner)
            return pipeline.step(system, pushed, jnp.zeros(0)), None

        final, _ = jax.lax.scan(advance, state, jnp.arange(problem.steps))
        return problem.loss(final.x.pos[:count])

    return run


if __name__ == "__main__":
    main()
