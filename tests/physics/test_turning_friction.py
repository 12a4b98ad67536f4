"""Blocks that slide up a slope too steep to rest on, turn, and slide down: values and derivatives.

A block goes up the slope of angle α with the deceleration g (sin α + µ cos α), and down with the
acceleration g (sin α - µ cos α).
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

STEPS, STEP = 150, 2e-3  # s
SPEEDS = 1.0 + np.linspace(0.0, 0.03, 7)  # m/s: over more than what is lost in a step

SCENE = """
scenec: 1
params: {speed: 1 m/s, grip: 0.2, down: 6 m/s^2, press: 8 m/s^2}
options: {impacts: continuous, gravity: [-down, 0, -press], solver: {iterations: 40}}
world: {planes: {ground: {}}}
bodies:
  block:
    mass: 0.7 kg
    inertia: {box: [0.4, 0.2, 0.2]}
    BLOCK
pairs: [{between: [block, ground], friction: grip, restitution: 0}]
"""
LOADS = {"one foot, on rails": 0.7 / 0.8, "two feet in a plane": 1.0, "four feet in space": 1.0}
NAMES = ("speed", "grip", "down", "press")
FREE = """
    position: [0, 0, 10 cm]
    velocity: {linear: [speed, 0, 0]}
"""
BLOCKS = {
    "one foot, on rails": """
    spheres: [{center: [0, 0, 0], radius: 10 cm}]
  carriage: {mass: 0.1 kg, inertia: {sphere: 1 cm}}
joints:
  along: {type: slide, parent: world, child: carriage, axis: [1, 0, 0], speed: speed}
  up: {type: slide, parent: carriage, child: block, anchor: [0, 0, 10 cm], axis: [0, 0, 1]}
""",
    "two feet in a plane": f"""
    root: planar {FREE}
    spheres:
      - {{center: [20 cm, 0, -5 cm], radius: 5 cm}}
      - {{center: [-20 cm, 0, -5 cm], radius: 5 cm}}
""",
    "four feet in space": f"""
    root: free {FREE}
    spheres:
      - {{center: [20 cm, 10 cm, -5 cm], radius: 5 cm}}
      - {{center: [-20 cm, 10 cm, -5 cm], radius: 5 cm}}
      - {{center: [20 cm, -10 cm, -5 cm], radius: 5 cm}}
      - {{center: [-20 cm, -10 cm, -5 cm], radius: 5 cm}}
""",
}

SLED = """
scenec: 1
params: {speed: 1 m/s, grip: 0.2, down: 6 m/s^2, press: 8 m/s^2, rope: 25 cm}
options: {impacts: continuous, gravity: [-down, 0, -press], solver: {iterations: 60}}
world: {planes: {ground: {}}}
bodies:
  block:
    root: planar
    mass: 2 kg
    inertia: {box: [0.6, 0.2, 0.2]}
    position: [0, 0, 15 cm]
    velocity: {linear: [speed, 0, 0]}
    spheres:
      - {center: [30 cm, 0, -10 cm], radius: 5 cm}
      - {center: [-30 cm, 0, -10 cm], radius: 5 cm}
  bob: {mass: 1 kg, inertia: {box: [5 cm, 5 cm, rope]}}
joints:
  hinge: {type: hinge, parent: block, child: bob, anchor: [0, 0, 10 cm], child_anchor: [0, 0, rope],
          axis: [0, 1, 0], angle: 0.9 rad, speed: 2 rad/s}
pairs: [{between: [block, ground], friction: grip, restitution: 0}]
"""


def slide(load: float, x: dict[str, Array]) -> Array:
    """The way and the speed in the end (2,), if the share `load` of all that moves is on feet."""
    friction = x["grip"] * load * x["press"]
    when = x["speed"] / (x["down"] + friction)
    rest, gain = STEPS * STEP - when, x["down"] - friction
    return jnp.stack([x["speed"] * when / 2 - gain * rest**2 / 2, -gain * rest])


def program(sim: Simulator, x: dict[str, Array], finer: int = 1, steps: int = STEPS) -> Array:
    """The same by the simulator, with so many times the steps."""
    params = {**parameters(sim, STEP / finer), **x}

    def advance(state, _):
        return sim.step(params, state, jnp.zeros(0)), None

    final, _ = jax.lax.scan(advance, sim.init(params), None, length=finer * steps)
    block = sim.bodies.index("block")
    where, moves = sim.poses(params, final).position, sim.twists(params, final).linear
    return jnp.stack([where[block, 0], moves[block, 0]])


def both(run, start: dict[str, Array]) -> tuple[Array, dict[str, Array]]:
    """Ends, and their derivatives by all numbers."""
    each = jax.vmap(lambda x: (run(x), jax.jacfwd(run)(x)))
    return jax.jit(each, compiler_options=COMPILER_OPTIONS)(start)


def starts(sim: Simulator, **values: float) -> dict[str, Array]:
    """The parameters of the scene, with all speeds."""
    params = {**parameters(sim, STEP), **values}
    start = {name: jnp.full(len(SPEEDS), params[name]) for name in NAMES}
    return {**start, "speed": jnp.asarray(SPEEDS)}


@pytest.fixture(params=BLOCKS)
def found(request):
    """By the simulator, with one and with four times the steps, and by the formula."""
    sim = simulator(SCENE.replace("BLOCK", BLOCKS[request.param]))
    start = starts(sim)
    runs = [both(partial(program, sim, finer=finer), start) for finer in (1, 4)]
    return runs, both(partial(slide, LOADS[request.param]), start)


def test_speeds_are_exact_and_so_are_their_derivatives(found) -> None:
    """Wherever in its step the block turns."""
    ((ends, slopes), _), (exact, exact_slopes) = found
    np.testing.assert_allclose(ends[:, 1], exact[:, 1], atol=1e-9)
    for name in NAMES:
        np.testing.assert_allclose(
            slopes[name][:, 1], exact_slopes[name][:, 1], atol=1e-6, err_msg=name
        )


def test_places_come_closer_with_the_step_and_so_do_their_derivatives(found) -> None:
    """The way of the step in which the block turns is that of a steady acceleration."""
    runs, (exact, exact_slopes) = found
    errors = [np.max(np.abs(ends[:, 0] - exact[:, 0])) for ends, _ in runs]
    slopes = [
        max(np.max(np.abs(by[name][:, 0] - exact_slopes[name][:, 0])) for name in NAMES)
        for _, by in runs
    ]
    assert errors[0] < 5e-6
    assert errors[1] < 0.1 * errors[0]
    assert slopes[0] < 2e-3
    assert slopes[1] < 0.3 * slopes[0]


def test_what_rests_where_it_stops_stays_there() -> None:
    """On a slope that is not too steep, and no derivative of its speed remains."""
    sim = simulator(SCENE.replace("BLOCK", BLOCKS["four feet in space"]))
    ends, slopes = both(partial(program, sim), starts(sim, grip=0.9))
    np.testing.assert_allclose(ends[:, 1], 0.0, atol=1e-7)
    np.testing.assert_allclose(ends[:, 0], SPEEDS**2 / (2 * (6 + 0.9 * 8)), atol=8e-6)
    for name in NAMES:
        np.testing.assert_allclose(slopes[name][:, 1], 0.0, atol=1e-6, err_msg=name)


def test_a_sled_with_a_pendulum_turns_as_in_short_steps() -> None:
    """What swings presses on its two feet more or less, as they brake it or drive it on."""
    sim = simulator(SLED)
    params = parameters(sim, STEP)
    start = {name: jnp.full(len(SPEEDS), params[name]) for name in (*NAMES, "rope")}
    start["speed"] = jnp.asarray(SPEEDS)
    runs = [both(partial(program, sim, finer=finer), start)[1] for finer in (1, 4, 16)]
    for name, exact in runs[-1].items():
        scale = np.max(np.abs(exact[:, 1]))
        coarse, fine = (np.max(np.abs((run[name] - exact)[:, 1])) / scale for run in runs[:-1])
        assert coarse < 0.025, name
        assert fine < 0.3 * coarse, name
