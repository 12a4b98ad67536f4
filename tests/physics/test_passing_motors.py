"""Motors that cannot hold what passes their target speed, and derivatives through that.

A cart rolls up a slope of angle α. A motor of force b would have it stand still: it brakes the cart
with g sin α + b / m, and from then on the cart rolls down with g sin α - b / m.
"""

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
SPEEDS = 1.0 + np.linspace(0.0, 0.03, 7)  # m/s: over more than what is lost in a step

SCENE = """
scenec: 1
params: {speed: 1 m/s, bound: 2 N, mass: 0.7 kg, pull: 9.81 m/s^2, slope: 60 deg}
options: {impacts: continuous, gravity: [0, 0, -pull]}
bodies:
  cart: {mass: mass, inertia: {sphere: 0.1}}
joints:
  rail: {type: slide, parent: world, child: cart, axis: [cos(slope), 0, sin(slope)], speed: speed,
         limits: [-10 m, 10 m]}
servos:
  brake: {type: velocity, joint: rail, max_torque: bound}
"""
NAMES = ("speed", "bound", "mass", "pull", "slope")


def roll(x: dict[str, Array]) -> Array:
    """The place on the slope and the speed in the end (2,)."""
    down, held = x["pull"] * jnp.sin(x["slope"]), x["bound"] / x["mass"]
    when = x["speed"] / (down + held)
    rest = STEPS * STEP - when
    top = x["speed"] * when / 2
    return jnp.stack([top - (down - held) * rest**2 / 2, -(down - held) * rest])


def program(sim: Simulator, x: dict[str, Array], finer: int) -> Array:
    """The same by the simulator, with so many times the steps."""
    params = {**parameters(sim, STEP / finer), **x}

    def advance(state, _):
        return sim.step(params, state, jnp.zeros(1)), None

    final, _ = jax.lax.scan(advance, sim.init(params), None, length=finer * STEPS)
    return jnp.concatenate([final.q, final.v])


def both(run, start: dict[str, Array]) -> tuple[Array, dict[str, Array]]:
    """Ends, and their derivatives by all numbers."""
    each = jax.vmap(lambda x: (run(x), jax.jacfwd(run)(x)))
    return jax.jit(each, compiler_options=COMPILER_OPTIONS)(start)


@pytest.fixture
def found() -> tuple[list[tuple[Array, dict[str, Array]]], tuple[Array, dict[str, Array]]]:
    """By the simulator, with one and with four times the steps, and by the formula."""
    sim = simulator(SCENE)
    params = parameters(sim, STEP)
    start = {name: jnp.stack([params[name]] * len(SPEEDS)) for name in NAMES}
    start["speed"] = jnp.asarray(SPEEDS)
    runs = [both(partial(program, sim, finer=finer), start) for finer in (1, 4)]
    return runs, both(roll, start)


def test_speeds_are_exact_and_so_are_their_derivatives(found) -> None:
    """Wherever in its step the cart turns."""
    (ends, slopes), (exact, exact_slopes) = found[0][0], found[1]
    np.testing.assert_allclose(ends[:, 1], exact[:, 1], atol=1e-9)
    for name in NAMES:
        np.testing.assert_allclose(
            slopes[name][:, 1], exact_slopes[name][:, 1], atol=1e-9, err_msg=name
        )


def test_derivatives_of_places_come_closer_with_the_step(found) -> None:
    """The way of the step in which the cart turns is that of a steady acceleration."""
    exact = found[1][1]

    def error(slopes) -> float:
        return max(float(np.max(np.abs(slopes[n][:, 0] - exact[n][:, 0]))) for n in NAMES)

    coarse, fine = (error(slopes) for _, slopes in found[0])
    assert coarse < 2e-3
    assert fine < 0.3 * coarse
