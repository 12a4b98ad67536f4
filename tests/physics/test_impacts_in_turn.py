"""Balls in a row on a smooth table: each strikes a heavier one, in one step or soon after."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from scenert import Simulator
from tools.motion import COMPILER_OPTIONS, parameters, simulator

STEPS, STEP = 100, 2e-3  # s
WAY = 2.0 * STEP  # m: of the first ball in a step
INSTANTS = np.array([1e-4, 0.3, 0.6, 1.0 - 1e-4, 1.0 - 1e-12, 1.0 + 1e-12, 1.5])  # in steps
NAMES = ("shot", "first", "second", "bounce", "radius")

SCENE = """
scenec: 1
params: {shot: 2 m/s, first: 20 cm, second: 1 mm, bounce: 0.8, radius: 5 cm}
materials: {ivory: {friction: 0, restitution: bounce}, felt: {friction: 0, restitution: 0}}
world: {planes: {table: {normal: [0, 0, 1], offset: 0, material: felt}}}
bodies:
  cue:
    root: free
    mass: 0.1 kg
    inertia: {sphere: radius}
    position: [0, 0, radius]
    velocity: {linear: [shot, 0, 0]}
    spheres: [{radius: radius, material: ivory}]
  near:
    root: free
    mass: 0.2 kg
    inertia: {sphere: radius}
    position: [2 * radius + first, 0, radius]
    spheres: [{radius: radius, material: ivory}]
  far:
    root: free
    mass: 0.4 kg
    inertia: {sphere: radius}
    position: [4 * radius + first + second, 0, radius]
    spheres: [{radius: radius, material: ivory}]
"""


def exact(x: dict[str, Array]) -> Array:
    """Places and velocities in the end (6,).

    A ball that strikes one of twice its mass keeps (1 - 2 e) / 3 of its velocity and gives that one
    (1 + e) / 3. With e = 0.8 both earlier balls turn round, the first one faster: they never meet.
    """
    kept, given = (1 - 2 * x["bounce"]) / 3, (1 + x["bounce"]) / 3
    speed = x["shot"] * jnp.stack([kept, given * kept, given * given])
    struck = x["first"] / x["shot"]
    again = struck + x["second"] / (given * x["shot"])
    near = 2 * x["radius"] + x["first"] + x["second"]
    start = jnp.stack([x["first"], near, near + 2 * x["radius"]])
    since = STEPS * STEP - jnp.stack([struck, again, again])
    return jnp.concatenate([start + speed * since, speed])


def program(sim: Simulator, x: dict[str, Array]) -> Array:
    """The same by the simulator."""
    params = {**parameters(sim, STEP), **x}

    def advance(state, _):
        return sim.step(params, state, jnp.zeros(0)), None

    final, _ = jax.lax.scan(advance, sim.init(params), None, length=STEPS)
    place = sim.poses(params, final).position[:, 0]
    return jnp.concatenate([place, sim.twists(params, final).linear[:, 0]])


@pytest.mark.parametrize(
    "apart", [1e-4, 1e-3, 3e-3]
)  # m: the second way takes 3 % to 83 % of a step
def test_a_ball_that_is_struck_strikes_the_next(apart: float) -> None:
    """Values and derivatives are exact, wherever in its step the first impact is."""
    compare({"first": 0.1 + WAY * INSTANTS, "second": np.full(len(INSTANTS), apart)})


def test_slow_balls_bounce_off_each_other() -> None:
    """Gravity presses balls on a table, not on each other: at half of what it gives in a step they
    bounce as at any speed."""
    compare(
        {
            "shot": np.array([9.81e-3, 5e-3]),
            "first": np.array([1e-3, 2e-4]),
            "second": np.full(2, 1e-4),
        }
    )


def compare(changed: dict[str, np.ndarray]) -> None:
    sim = simulator(SCENE)
    params, count = parameters(sim, STEP), len(changed["first"])
    start = {name: jnp.full(count, params[name]) for name in NAMES}
    start |= {name: jnp.asarray(values) for name, values in changed.items()}
    (found, slopes), (truth, exact_slopes) = (
        jax.jit(
            jax.vmap(lambda x, run=run: (run(x), jax.jacfwd(run)(x))),
            compiler_options=COMPILER_OPTIONS,
        )(start)
        for run in (partial(program, sim), exact)
    )
    np.testing.assert_allclose(found, truth, atol=1e-9)
    for name in NAMES:
        np.testing.assert_allclose(slopes[name], exact_slopes[name], atol=1e-7, err_msg=name)
