"""A foot that has landed stays where it is while its leg turns above it.

Held by the rows of the middle of a step, it would creep by h/2 J̇ v: an error of the first power of
the step.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from tools.motion import COMPILER_OPTIONS, parameters, simulator

DURATION = 0.3  # s, of which the foot stands for more than half

# A leg of two links falls, strikes the ground without a bounce, and folds over the foot.
LEG = """
scenec: 1
options: {impacts: continuous}
world: {planes: {ground: {}}}
bodies:
  thigh:
    root: planar
    mass: 1.5
    inertia: [0.02, 0.02, 0.02]
    position: [0, 0, 0.75]
    rotation: {axis: [0, 1, 0], angle: 0.5}
    velocity: {linear: [1.6, 0, -1], angular: [0, 0.5, 0]}
  shin:
    mass: 0.7
    inertia: [0.01, 0.01, 0.01]
    spheres: [{center: [0, 0, -0.175], radius: 4 cm}]
joints:
  knee: {type: hinge, parent: thigh, child: shin, anchor: [0, 0, -0.15],
         child_anchor: [0, 0, 0.175], axis: [0, 1, 0], angle: -0.7, speed: 1}
pairs: [{between: [shin, ground], friction: 0.3}]
"""


def test_the_places_of_a_leg_over_its_foot_are_of_the_second_order() -> None:
    sim = simulator(LEG)

    def end(steps: jax.Array) -> jax.Array:
        params, control = parameters(sim, DURATION / steps), jnp.zeros(0)
        state = sim.init(params)
        state = jax.lax.fori_loop(0, steps, lambda _, s: sim.step(params, s, control), state)
        return sim.poses(params, state).position

    run = jax.jit(end, compiler_options=COMPILER_OPTIONS)
    few, many, truth = (np.asarray(run(round(DURATION * rate))) for rate in (240, 480, 7680))
    errors = [np.abs(found - truth).max() for found in (few, many)]
    assert errors[1] < 5e-5  # m; it would be 5e-4
    assert errors[1] < errors[0] / 4
