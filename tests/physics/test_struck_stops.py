"""Joint limits struck at their own instants, and derivatives through them.

A bead slides along a cart, pushed with a force F, until it strikes the end of its range. With the
masses M of the cart and m of the bead and its speed u relative to the cart, s = u t + a t²/2 grows
with a = F / m to the range, at τ. What they move with from then on is what their momentum demands.
Pressed to the end, both accelerate with F / (M + m); drawn from it, the bead goes on with a.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from scenert import Simulator
from tools.motion import COMPILER_OPTIONS, parameters, simulate, simulator

STEPS, STEP = 100, 2e-3  # s
RANGES = 0.1 + np.linspace(0.0, 3.6e-3, 7)  # m: over more than the way of a step

SCENE = """
scenec: 1
params: {speed: 1 m/s, range: 10 cm, cart: 0.7 kg, bead: 0.3 kg, drift: 0.4 m/s}
options: {impacts: continuous}
bodies:
  cart: {mass: cart, inertia: {sphere: 0.1}}
  bead: {mass: bead, inertia: {sphere: 0.1}}
joints:
  rail: {type: slide, parent: world, child: cart, axis: [1, 0, 0], speed: drift}
  groove: {type: slide, parent: cart, child: bead, axis: [1, 0, 0], speed: SIGNspeed,
           limits: LIMITS}
servos:
  push: {type: force, body: bead}
"""
NAMES = ("speed", "range", "cart", "bead", "drift")


def slide(x: dict[str, Array], force: float, sign: float) -> Array:
    """Places and velocities of the cart and the bead in the end (4,)."""
    a, total = force / x["bead"], x["cart"] + x["bead"]
    when = (jnp.sqrt(x["speed"] ** 2 + 2 * a * x["range"]) - x["speed"]) / a
    rest = STEPS * STEP - when
    common = x["drift"] + sign * (x["bead"] * x["speed"] + force * when) / total
    cart, bead = (force / total, force / total) if force > 0 else (0.0, a)
    start = x["drift"] * when + common * rest
    places = start + sign * cart * rest**2 / 2, start + sign * (x["range"] + bead * rest**2 / 2)
    return jnp.stack([*places, common + sign * cart * rest, common + sign * bead * rest])


def program(sim: Simulator, x: dict[str, Array], force: float, sign: float) -> Array:
    """The same by the simulator."""
    params = {**parameters(sim, STEP), **x}
    control = jnp.array([sign * force, 0.0, 0.0])

    def advance(state, _):
        return sim.step(params, state, control), None

    final, _ = jax.lax.scan(advance, sim.init(params), None, length=STEPS)
    poses, twists = sim.poses(params, final), sim.twists(params, final)
    return jnp.concatenate([poses.position[:, 0], twists.linear[:, 0]])


@pytest.mark.parametrize("force", [2.0, -0.5])
@pytest.mark.parametrize(("sign", "limits"), [(1.0, "[-10 cm, range]"), (-1.0, "[-range, 10 cm]")])
def test_a_bead_strikes_the_end_of_its_range(sign: float, limits: str, force: float) -> None:
    """Values and derivatives by all numbers are exact, wherever in its step that is."""
    sim = simulator(SCENE.replace("LIMITS", limits).replace("SIGN", "-" if sign < 0 else ""))
    params = parameters(sim, STEP)
    start = {name: jnp.stack([params[name]] * len(RANGES)) for name in NAMES}
    start["range"] = jnp.asarray(RANGES)
    (found, slopes), (exact, exact_slopes) = (
        jax.jit(
            jax.vmap(lambda x, run=run: (run(x), jax.jacfwd(run)(x))),
            compiler_options=COMPILER_OPTIONS,
        )(start)
        for run in (
            partial(program, sim, force=force, sign=sign),
            partial(slide, force=force, sign=sign),
        )
    )
    np.testing.assert_allclose(found, exact, atol=1e-9)
    for name in NAMES:
        np.testing.assert_allclose(slopes[name], exact_slopes[name], atol=1e-7, err_msg=name)


# The knee of a leg that swings comes to its end, and stays there or leaves it again.
KNEE = """
scenec: 1
params: {thigh: 0.5, shin: 0.4, mass: 0.8, pull: 9.81, first: 1.2, second: 0.9, swing: -0.5,
         stretched: -0.05}
options: {gravity: [0, 0, -pull], impacts: continuous}
bodies:
  thigh: {mass: 1, inertia: [0.02, 0.02, 0.02]}
  shin: {mass: mass, inertia: [0.01, 0.01, 0.01]}
joints:
  hip: {type: hinge, parent: world, child: thigh, child_anchor: [0, 0, thigh/2], axis: [0, 1, 0],
        angle: first, speed: swing}
  knee: {type: hinge, parent: thigh, child: shin, anchor: [0, 0, -thigh/2],
         child_anchor: [0, 0, shin/2], axis: [0, 1, 0], angle: second, limits: [stretched, 3],
         speed: -4}
"""
NUMBERS = ("thigh", "shin", "mass", "pull", "first", "second", "swing", "stretched")


def knee_slopes(rate: int, duration: float) -> np.ndarray:
    """Derivatives of angles and speeds (8, 4) after the duration, with so many steps a second."""
    sim, steps = simulator(KNEE), round(duration * rate)

    def end(x):
        params = {**parameters(sim, 1 / rate), **x}
        state = sim.init(params)
        state = jax.lax.fori_loop(0, steps, lambda _, s: sim.step(params, s, jnp.zeros(0)), state)
        return jnp.concatenate([state.q, state.v])

    slopes = jax.jit(jax.jacfwd(end), compiler_options=COMPILER_OPTIONS)
    found = slopes({name: sim.params()[name] for name in NUMBERS})
    return np.stack([found[name] for name in NUMBERS])


def test_derivatives_through_a_knee_that_strikes_its_end_fall_with_the_square_of_the_step() -> None:
    few, middle, many, truth = (knee_slopes(rate, 0.4) for rate in (240, 480, 960, 7680))
    scale = np.linalg.norm(truth, axis=1, keepdims=True)
    errors = [np.max(np.abs(slopes - truth) / scale) for slopes in (few, middle, many)]
    assert errors[1] < 5e-4
    assert errors[2] < 0.1 * errors[0]


def test_a_knee_that_rests_at_its_end_has_right_derivatives() -> None:
    """It strikes at 0.19 s, leaves, strikes at 0.46 s and is pressed from then on."""
    found, truth = (knee_slopes(rate, 0.6) for rate in (480, 7680))
    scale = np.linalg.norm(truth, axis=1, keepdims=True)
    assert np.max(np.abs(found - truth) / scale) < 5e-4


# Without weight nothing but the motors says how fast a joint may get within a step.
FOLDED = """
scenec: 1
options: {gravity: [0, 0, 0], impacts: continuous, solver: {iterations: 40}}
bodies:
  arm: {mass: 1, inertia: {sphere: 0.1}}
  fore: {mass: 0.5, inertia: {sphere: 0.1}}
joints:
  shoulder: {type: hinge, parent: world, child: arm, child_anchor: [0, 0, 0.3], axis: [0, 1, 0],
             limits: [-0.3, 0.3]}
  elbow: {type: hinge, parent: arm, child: fore, anchor: [0, 0, -0.3], child_anchor: [0, 0, 0.3],
          axis: [0, 1, 0], limits: [-0.5, 0.4]}
servos:
  turn: {type: velocity, joint: shoulder, max_torque: 1}
  bend: {type: velocity, joint: elbow, max_torque: 1}
"""


def test_joints_that_motors_press_to_their_ends_come_to_rest() -> None:
    """But for a fortieth of what a motor adds to a speed in a step."""
    motion = simulate(simulator(FOLDED), 3.0, 2e-3, control=(1.0, -1.0))
    np.testing.assert_allclose(motion.state.q[-50:], [[0.3, -0.5]] * 50, atol=1e-6)
    np.testing.assert_allclose(motion.state.v[-50:], 0.0, atol=5e-4)
