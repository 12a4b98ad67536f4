"""A sliding ball strikes one that rests, both on a table with friction: against the exact solution.

A ball that slides at v without spin is braked by µ g, and its spin, as the speed r ω of its lowest
point, grows by 5/2 µ g. When it has come the gap d it strikes the other along the line between
their centers, which leaves the spins as they are:

    u₁ = (m₁ - e m₂) / (m₁ + m₂) u        u₂ = (1 + e) m₁ / (m₁ + m₂) u

From that instant on friction has other directions: the first ball spins faster than it rolls, and
is driven on; the other one is braked, and not before.
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
GAPS = 0.3 + np.linspace(0.0, 3.6e-3, 7)  # m: over more than the way of a step

SCENE = """
scenec: 1
params: {shot: 2 m/s, gap: 30 cm, grip: 0.2, bounce: 0.8, radius: 5 cm, first: 0.3 kg,
         second: 0.2 kg, pull: 9.81 m/s^2}
options: {gravity: [0, 0, -pull]}
materials: {ivory: {}}
world: {planes: {table: {normal: [0, 0, 1], offset: 0, material: ivory}}}
bodies:
  cue:
    root: ROOT
    mass: first
    inertia: {sphere: radius}
    position: [0, 0, radius]
    velocity: {linear: [shot, 0, 0]}
    spheres: [{radius: radius, material: ivory}]
  other:
    root: ROOT
    mass: second
    inertia: {sphere: radius}
    position: [2 * radius + gap, 0, radius]
    spheres: [{radius: radius, material: ivory}]
pairs:
  - {between: [cue, other], friction: 0, restitution: bounce}
  - {between: [cue, table], friction: grip, restitution: 0}
  - {between: [other, table], friction: grip, restitution: 0}
"""
NAMES = ("shot", "gap", "grip", "bounce", "radius", "first", "second", "pull")


def stroke(x: dict[str, Array]) -> Array:
    """Places, velocities and spins of both balls in the end (6,)."""
    brake, total = x["grip"] * x["pull"], x["first"] + x["second"]
    u = jnp.sqrt(x["shot"] ** 2 - 2 * brake * x["gap"])
    when = (x["shot"] - u) / brake
    rest = STEPS * STEP - when
    cue = (x["first"] - x["bounce"] * x["second"]) / total * u
    other = (1 + x["bounce"]) * x["first"] / total * u
    turn = 5 / 2 * brake / x["radius"]
    start = 2 * x["radius"] + x["gap"]
    places = x["gap"] + rest * (cue + brake * rest / 2), start + rest * (other - brake * rest / 2)
    return jnp.stack(
        [*places, cue + brake * rest, other - brake * rest, turn * (when - rest), turn * rest]
    )


def program(sim: Simulator, x: dict[str, Array]) -> Array:
    """The same by the simulator."""
    params = {**parameters(sim, STEP), **x}

    def advance(state, _):
        return sim.step(params, state, jnp.zeros(0)), None

    final, _ = jax.lax.scan(advance, sim.init(params), None, length=STEPS)
    poses, twists = sim.poses(params, final), sim.twists(params, final)
    return jnp.concatenate([poses.position[:, 0], twists.linear[:, 0], twists.angular[:, 1]])


@pytest.mark.parametrize("root", ["free", "planar"])
def test_friction_follows_a_blow_at_once(root: str) -> None:
    """Values and derivatives by all numbers are exact, wherever in its step the blow is."""
    sim = simulator(SCENE.replace("ROOT", root))
    params = parameters(sim, STEP)
    start = {name: jnp.stack([params[name]] * len(GAPS)) for name in NAMES}
    start["gap"] = jnp.asarray(GAPS)
    both = [
        jax.jit(
            jax.vmap(lambda x, run=run: (run(x), jax.jacfwd(run)(x))),
            compiler_options=COMPILER_OPTIONS,
        )(start)
        for run in (partial(program, sim), stroke)
    ]
    (found, slopes), (exact, exact_slopes) = both
    np.testing.assert_allclose(found, exact, atol=1e-9)
    for name in NAMES:
        np.testing.assert_allclose(slopes[name], exact_slopes[name], atol=1e-7, err_msg=name)


def test_forces_of_a_step_are_what_they_were() -> None:
    """In the step of the blow, too, the table's forces make up the change of momentum."""
    sim = simulator(SCENE.replace("ROOT", "free"))
    params, control = parameters(sim, STEP), jnp.zeros(0)

    def advance(state, _):
        after = sim.step(params, state, control)
        force = sim.contact_forces(params, state, control).force
        return after, (force, sim.twists(params, state).linear, sim.twists(params, after).linear)

    run = jax.jit(lambda state: jax.lax.scan(advance, state, None, length=STEPS)[1])
    forces, before, after = run(sim.init(params))
    masses = jnp.stack([params["first"], params["second"]])
    gained = jnp.einsum("b,tbx->tx", masses, after - before)
    of_table = [place for place, pair in enumerate(sim.manifest.contacts) if pair.second == "table"]
    weight = jnp.array([0.0, 0.0, -1.0]) * params["pull"] * masses.sum()
    impulse = STEP * (forces[:, np.array(of_table)].sum(axis=1) + weight)
    np.testing.assert_allclose(gained, impulse, atol=1e-12)
