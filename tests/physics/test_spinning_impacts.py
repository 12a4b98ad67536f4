"""A spinning ball strikes a slope aslant, and sticks or slides: against the exact solution.

A solid sphere of mass m, radius r and moment 2/5 m r² has the velocity v and the angular velocity w
when it meets a plane with the unit normal n. Its point of contact moves with v + w × (-r n): with
u < 0 along n, and the slip s across it. The impact turns u into -e u, which takes the impulse
-(1 + e) m u along n. One of j across n changes v by j / m and w by (-r n) × j / (2/5 m r²), and so
the slip by 7/2 j / m: what ends it is j = -2/7 m s. So it is if the friction -µ (1 + e) m u reaches
that far. If not, j has the length of the friction, against s.

Before and after the ball flies freely, with the constant angular velocity of a sphere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array
from jax.scipy.linalg import expm
from numpy.typing import NDArray

from scenert import Simulator
from tools.motion import COMPILER_OPTIONS, parameters, simulator

Numbers = NDArray[np.float64]
Inputs = dict[str, Array]
Run = Callable[[Inputs], tuple[Array, ...]]
Slopes = tuple[Inputs, ...]

STEPS, STEP = 60, 10e-3  # s
FALL = 0.301  # s until the ball strikes, at the earliest
INSTANTS = np.linspace(0.0, 0.8, 4)  # when it strikes, in steps after that
VECTORS = ("place", "speed", "spin", "pull", "normal")
GRIP = {"slides": 0.08, "sticks": 0.9}

SCENE = """
scenec: 1
params: {place: [0, 0, 0], speed: [0, 0, 0], spin: [0, 0, 0], pull: [0, 0, 0], normal: [0, 0, 1],
         radius: 12 cm, mass: 0.7 kg, bounce: 0.6, grip: 1}
options: {gravity: pull}
materials: {rubber: {restitution: bounce}}
world: {planes: {slope: {normal: normal, material: rubber}}}
bodies:
  ball:
    root: ROOT
    mass: mass
    inertia: {sphere: radius}
    position: place
    velocity: {linear: speed, angular: spin}
    spheres: [{radius: radius}]
pairs: [{between: [ball, slope], friction: grip}]
"""


def thrown(grip: float, instant: float, root: str) -> Inputs:
    """A ball that strikes at `instant` (in steps) after FALL; one in a plane is thrown in it."""
    x = {
        "speed": np.array([1.1, 0.7, -0.8]),
        "spin": np.array([9.0, -4.0, 6.0]),
        "pull": np.array([0.4, -0.3, -9.81]),
        "normal": np.array([0.3, -0.2, 1.1]),
        "radius": np.array(0.12),
        "mass": np.array(0.7),
        "bounce": np.array(0.6),
        "grip": np.array(grip),
    }
    x = {name: value * _shares(name, root) for name, value in x.items()}
    n, when = x["normal"] / np.linalg.norm(x["normal"]), FALL + instant * STEP
    x["place"] = x["radius"] * n - when * x["speed"] - 0.5 * when**2 * x["pull"]
    return {name: jnp.asarray(value) for name, value in x.items()}


def _shares(name: str, root: str) -> Numbers:
    """Which parts of an input there are in the plane, 0 or 1."""
    if root == "free" or name not in VECTORS:
        return np.ones(())
    return np.array([0, 1, 0] if name == "spin" else [1, 0, 1])


def flight(x: Inputs) -> tuple[Array, ...]:
    """Place, velocity, angular velocity and rotation matrix in the end."""
    n = x["normal"] / jnp.linalg.norm(x["normal"])
    gap, u, g = x["place"] @ n - x["radius"], x["speed"] @ n, x["pull"] @ n
    when = (-u - jnp.sqrt(u * u - 2 * g * gap)) / g
    rest = STEPS * STEP - when
    hit = x["place"] + when * (x["speed"] + 0.5 * when * x["pull"])
    speed, spin = after(x, x["speed"] + when * x["pull"], n)
    end = hit + rest * (speed + 0.5 * rest * x["pull"])
    turned = expm(rest * _cross(spin)) @ expm(when * _cross(x["spin"]))
    return end, speed + rest * x["pull"], spin, turned


def after(x: Inputs, speed: Array, n: Array) -> tuple[Array, Array]:
    """The velocity and the angular velocity after the impact."""
    arm = -x["radius"] * n
    moves = speed + jnp.cross(x["spin"], arm)
    u = moves @ n
    slip = moves - u * n
    size, blow = jnp.linalg.norm(slip), -(1 + x["bounce"]) * x["mass"] * u
    along = jnp.minimum(2 / 7 * x["mass"] * size, x["grip"] * blow)
    impulse = blow * n - along * slip / size
    moment = 2 / 5 * x["mass"] * x["radius"] ** 2
    return speed + impulse / x["mass"], x["spin"] + jnp.cross(arm, impulse) / moment


def _cross(w: Array) -> Array:
    return jnp.array([[0, -w[2], w[1]], [w[2], 0, -w[0]], [-w[1], w[0], 0]])


def program(sim: Simulator, x: Inputs) -> tuple[Array, ...]:
    """What `flight` gives, by the simulator."""
    params = {**parameters(sim, STEP), **x}

    def advance(state, _):
        return sim.step(params, state, jnp.zeros(0)), None

    final, _ = jax.lax.scan(advance, sim.init(params), None, length=STEPS)
    poses, twists = sim.poses(params, final), sim.twists(params, final)
    return poses.position[0], twists.linear[0], twists.angular[0], poses.rotation[0]


def with_derivatives(run: Run, inputs: list[Inputs]) -> tuple[tuple[Array, ...], Slopes]:
    """The results of a run from every one of `inputs`, and their derivatives by all of it."""
    both = jax.jit(
        jax.vmap(lambda x: (run(x), jax.jacfwd(run)(x))), compiler_options=COMPILER_OPTIONS
    )
    return both(jax.tree.map(lambda *values: jnp.stack(values), *inputs))


@pytest.mark.parametrize("grip", GRIP.values(), ids=GRIP)
@pytest.mark.parametrize("root", ["free", "planar"])
def test_a_ball_that_spins_and_its_derivatives_are_exact(root: str, grip: float) -> None:
    """To rounding; by everything that the ball starts with, and where in the step it strikes."""
    sim = simulator(SCENE.replace("ROOT", root))
    inputs = [thrown(grip, instant, root) for instant in INSTANTS]
    found, slopes = with_derivatives(partial(program, sim), inputs)
    exact, exact_slopes = with_derivatives(flight, inputs)
    for ours, theirs in zip(found, exact, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-10)
    for ours, theirs in zip(slopes, exact_slopes, strict=True):
        for name in ours:
            there = _shares(name, root)
            np.testing.assert_allclose(ours[name] * there, theirs[name] * there, atol=1e-9)
