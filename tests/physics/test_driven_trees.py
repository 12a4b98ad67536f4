"""Trees that turn while rows act on them: the step is of the second order, derivatives included.

Where rows decide how fast the links are in the middle of a step, the velocity products of a motion
without them are off by the first power of the step.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tools.motion import COMPILER_OPTIONS, parameters, simulator

RATES, FINE = (120, 480), 3840  # steps per second; the finest stands for the truth
DURATION = 0.3  # s

# A motor keeps the elbow of a double pendulum from turning; the limit, never met, lets steps have
# instants.
HELD = """
scenec: 1
options: {gravity: [0, 0, -pull], impacts: continuous}
params: {upper: 0.5, lower: 0.4, mass: 0.8, pull: 9.81, first: 0.9, second: -0.4, swing: -0.5}
bodies:
  upper: {mass: 1, inertia: [0.02, 0.02, 0.02]}
  lower: {mass: mass, inertia: [0.01, 0.01, 0.01]}
joints:
  shoulder: {type: hinge, parent: world, child: upper, child_anchor: [0, 0, upper/2],
             axis: [0, 1, 0], angle: first, speed: swing}
  elbow: {type: hinge, parent: upper, child: lower, anchor: [0, 0, -upper/2], limits: [-3, 3],
          child_anchor: [0, 0, lower/2], axis: [0, 1, 0], angle: second}
servos: {hold: {type: velocity, joint: elbow, max_torque: 100}}
"""
DAMPED = HELD.replace("angle: first", "angle: first, damping: 0.3")


def slopes(scene: str, rate: int) -> np.ndarray:
    """Derivatives of the places of the links (n, 6) by all numbers, with so many steps a second."""
    sim, steps = simulator(scene), round(DURATION * rate)
    names = [name for name in sim.params() if not name.startswith("options")]

    def end(x):
        params = {**parameters(sim, 1 / rate), **x}
        control, state = jnp.zeros(sim.n_control), sim.init(params)
        state = jax.lax.fori_loop(0, steps, lambda _, s: sim.step(params, s, control), state)
        return sim.poses(params, state).position.reshape(-1)

    found = jax.jit(jax.jacfwd(end), compiler_options=COMPILER_OPTIONS)(
        {name: parameters(sim, 1.0)[name] for name in names}
    )
    return np.stack([found[name] for name in names])


@pytest.mark.parametrize("scene", [HELD, DAMPED], ids=["undamped", "damped"])
def test_derivatives_fall_with_the_square_of_the_step_where_a_motor_holds(scene: str) -> None:
    few, many, truth = (slopes(scene, rate) for rate in (*RATES, FINE))
    size = np.linalg.norm(truth, axis=1).max()
    errors = [np.linalg.norm(found - truth, axis=1).max() / size for found in (few, many)]
    assert errors[1] < 2e-5
    assert errors[1] < errors[0] / 10
