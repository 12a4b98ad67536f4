"""Impacts of jointed trees, and derivatives through them, against events in other coordinates."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.typing import NDArray

from tools.crosscheck import events
from tools.crosscheck.events import Mechanism, Point, Side
from tools.motion import COMPILER_OPTIONS, parameters, simulator

Numbers = NDArray[np.float64]

RATES = (240, 480, 960)  # steps per second
LARGEST = 2e-3  # error of derivatives at 480 steps a second
LEFT = 0.15  # of errors with four times the steps: a sixteenth, by where in the step things strike
FINE = 7680  # steps per second of what stands for the truth where there are no formulas
SMALL = 0.1  # of the largest derivative: what others are measured by at least

# The tip of a double pendulum strikes a wall, aslant.
PENDULUM = """
scenec: 1
params: {upper: 0.5, lower: 0.4, mass: 0.8, pull: 9.81, bounce: 0.6, grip: 0.2, first: 0.9,
         second: -0.4, swing: -0.5, size: 0.03}
options: {gravity: [0, 0, -pull], contacts: listed}
materials: {rubber: {restitution: bounce}}
world: {planes: {wall: {normal: [-1, 0, 0], offset: -0.1, material: rubber}}}
bodies:
  upper: {mass: 1, inertia: [0.02, 0.02, 0.02]}
  lower:
    mass: mass
    inertia: [0.01, 0.01, 0.01]
    spheres: [{center: [0, 0, -lower/2], radius: size, material: rubber}]
joints:
  shoulder: {type: hinge, parent: world, child: upper, child_anchor: [0, 0, upper/2],
             axis: [0, 1, 0], angle: first, speed: swing}
  elbow: {type: hinge, parent: upper, child: lower, anchor: [0, 0, -upper/2],
          child_anchor: [0, 0, lower/2], axis: [0, 1, 0], angle: second}
pairs: [{between: [lower, wall], friction: grip}]
"""


def pendulum(x: Numbers) -> tuple[Mechanism, Numbers]:
    upper, lower, mass, pull, bounce, grip, first, second, swing, size = x
    hung = np.zeros((2, 0))
    mechanism = Mechanism(
        (Point(hung, np.array([-upper / 2, 0])), Point(hung, np.array([-upper, -lower / 2]))),
        masses=np.array([1.0, mass]),
        moments=np.array([0.02, 0.01]),
        gravity=pull,
        restitution=bounce,
        friction=grip,
        first=Side(Point(hung, np.array([-upper, -lower])), size, 1),
        normal=np.array([-1.0, 0.0]),
        offset=-0.1,
    )
    return mechanism, np.array([first, first + second, swing, swing])


# Two free links land on a foot.
LANDING = """
scenec: 1
params: {thigh: 0.3, shin: 0.35, mass: 0.7, pull: 9.81, bounce: 0.4, grip: 0.3, height: 0.75,
         along: 1.6, lean: 0.5, bend: -0.7, swing: 1.0, size: 0.04}
options: {gravity: [0, 0, -pull], contacts: listed}
materials: {rubber: {restitution: bounce}}
world: {planes: {ground: {material: rubber}}}
bodies:
  thigh:
    root: free
    mass: 1.5
    inertia: [0.04, 0.02, 0.01]
    position: [0, 0, height]
    rotation: {axis: [0, 1, 0], angle: lean}
    velocity: {linear: [along, 0, -1], angular: [0, 0.5, 0]}
  shin:
    mass: mass
    inertia: [0.03, 0.01, 0.01]
    spheres: [{center: [0, 0, -shin/2], radius: size, material: rubber}]
joints:
  knee: {type: hinge, parent: thigh, child: shin, anchor: [0, 0, -thigh/2],
         child_anchor: [0, 0, shin/2], axis: [0, 1, 0], angle: bend, speed: swing}
pairs: [{between: [shin, ground], friction: grip}]
"""


def landing(x: Numbers) -> tuple[Mechanism, Numbers]:
    thigh, shin, mass, pull, bounce, grip, height, along, lean, bend, swing, size = x
    base = np.eye(2)
    mechanism = Mechanism(
        (Point(base, np.zeros(2)), Point(base, np.array([-thigh / 2, -shin / 2]))),
        masses=np.array([1.5, mass]),
        moments=np.array([0.0, 0.0, 0.02, 0.01]),
        gravity=pull,
        restitution=bounce,
        friction=grip,
        first=Side(Point(base, np.array([-thigh / 2, -shin])), size, 3),
    )
    return mechanism, np.array(
        [0, height, lean, lean + bend, along, -1.0, 0.5, 0.5 + swing], dtype=float
    )


# The tip of an arm of two links hits a ball in flight.
BATTER = """
scenec: 1
params: {upper: 0.5, lower: 0.4, mass: 0.6, pull: 9.81, bounce: 0.7, grip: 0.1, first: 0.6,
         second: 0.5, swing: 3.0, weight: 0.3, place: 0.55, size: 0.06}
options: {gravity: [0, 0, -pull], contacts: listed}
materials: {rubber: {restitution: bounce}}
bodies:
  upper: {mass: 1, inertia: [0.02, 0.02, 0.02]}
  lower:
    mass: mass
    inertia: [0.01, 0.01, 0.01]
    spheres: [{center: [0, 0, -lower/2], radius: 3 cm, material: rubber}]
  ball:
    mass: weight
    inertia: [0.001, 0.001, 0.001]
    position: [-place, 0, -0.75]
    velocity: {linear: [0.8, 0, 1.5], angular: [0, 4, 0]}
    spheres: [{radius: size, material: rubber}]
joints:
  shoulder: {type: hinge, parent: world, child: upper, child_anchor: [0, 0, upper/2],
             axis: [0, 1, 0], angle: first, speed: -swing}
  elbow: {type: hinge, parent: upper, child: lower, anchor: [0, 0, -upper/2],
          child_anchor: [0, 0, lower/2], axis: [0, 1, 0], angle: second}
pairs: [{between: [lower, ball], friction: grip}]
"""


def batter(x: Numbers) -> tuple[Mechanism, Numbers]:
    upper, lower, mass, pull, bounce, grip, first, second, swing, weight, place, size = x
    hung, free = np.zeros((2, 2)), np.eye(2)
    mechanism = Mechanism(
        (
            Point(hung, np.array([-upper / 2, 0, 0])),
            Point(hung, np.array([-upper, -lower / 2, 0])),
            Point(free, np.zeros(3)),
        ),
        masses=np.array([1.0, mass, weight]),
        moments=np.array([0.0, 0.0, 0.02, 0.01, 0.001]),
        gravity=pull,
        restitution=bounce,
        friction=grip,
        first=Side(Point(hung, np.array([-upper, -lower, 0])), 0.03, 3),
        second=Side(Point(free, np.zeros(3)), size, 4),
    )
    return mechanism, np.array(
        [-place, -0.75, first, first + second, 0, 0.8, 1.5, -swing, -swing, 4.0]
    )


class Case(NamedTuple):
    scene: str
    exact: Callable[[Numbers], tuple[Mechanism, Numbers]]
    duration: float
    changed: dict[str, float]


# A tree that turns about every axis falls onto a slope.
TUMBLING = """
scenec: 1
params: {pull: 9.81, bounce: 0.6, grip: 0.3, floor: -0.75, size: 0.03, mass: 0.8, first: 0.5,
         second: 0.9, roll: 3.0, pitch: -2.0, yaw: 5.0}
options: {gravity: [0, 0, -pull], contacts: listed}
materials: {rubber: {restitution: bounce}}
world: {planes: {slope: {normal: [0.3, 0.2, 1], offset: floor, material: rubber}}}
bodies:
  upper: {mass: 1, inertia: [0.02, 0.03, 0.01]}
  lower:
    mass: mass
    inertia: [0.01, 0.02, 0.005]
    spheres: [{center: [0, 0, -0.2], radius: size, material: rubber}]
joints:
  shoulder: {type: ball, parent: world, child: upper, child_anchor: [0, 0, 0.25],
             angle: [first, 0.2, 0.1], speed: [roll, pitch, yaw]}
  elbow: {type: universal, parent: upper, child: lower, anchor: [0, 0, -0.25],
          child_anchor: [0, 0, 0.2], axes: [[0, 1, 0], [1, 0, 0]], angle: [second, 0.3]}
pairs: [{between: [lower, slope], friction: grip}]
"""

DAMPED = PENDULUM.replace("angle: second", "angle: second, damping: 0.1").replace(
    "angle: first", "angle: first, damping: 0.3"
)

CASES = {
    "a pendulum slides on a wall": Case(PENDULUM, pendulum, 0.5, {}),
    "a pendulum sticks to a wall": Case(PENDULUM, pendulum, 0.5, {"grip": 5.0}),
    "a leg slides where it lands": Case(LANDING, landing, 0.3, {"grip": 0.02}),
    "a leg sticks where it lands": Case(LANDING, landing, 0.3, {"grip": 1.2}),
    "an arm bats a ball": Case(BATTER, batter, 0.3, {}),
}


class Found(NamedTuple):
    """Centres of mass (x, z) of all bodies in the end, and their derivatives by all parameters."""

    places: Numbers
    slopes: Numbers


def simulated(scene: str, duration: float, x: Numbers, rates: tuple[int, ...]) -> list[Found]:
    """What the simulator finds with the parameters `x`, at several numbers of steps per second."""
    sim, names = simulator(scene), _order(scene)

    def end(x, steps):
        given = dict(zip(names, x, strict=True))
        params = {**parameters(sim, 1.0), **given, "options.timestep": duration / steps}

        def step(_, state):
            return sim.step(params, state, jnp.zeros(0))

        final = jax.lax.fori_loop(0, steps, step, sim.init(params))
        return sim.poses(params, final).position[:, ::2].reshape(-1)

    run = jax.jit(
        lambda steps: (end(jnp.asarray(x), steps), jax.jacfwd(end)(jnp.asarray(x), steps)),
        compiler_options=COMPILER_OPTIONS,
    )
    return [Found(*map(np.asarray, run(round(duration * rate)))) for rate in rates]


def exact(case: Case, x: Numbers) -> Found:
    def end(x):
        mechanism, start = case.exact(x)
        q = events.final(mechanism, start, case.duration)[: start.size // 2]
        return np.concatenate([center.place(q) for center in mechanism.centers])

    return Found(end(x), events.derivatives(end, x))


def _inputs(scene: str, changed: dict[str, float]) -> Numbers:
    authored = simulator(scene).params()
    return np.array([changed.get(n, float(authored[n])) for n in _order(scene)])


def _order(scene: str) -> list[str]:
    """The parameters in the order of the scene, which is that of the exact solution."""
    head = scene.partition("params: {")[2].partition("}")[0]
    return [item.partition(":")[0].strip() for item in head.split(",")]


def _errors(found: Numbers, truth: Numbers) -> Numbers:
    """By parameter, as shares of each derivative, and of a tenth of the largest at least."""
    sizes = np.linalg.norm(truth, axis=0)
    off = np.linalg.norm(found - truth, axis=0)
    return np.asarray(off / np.maximum(sizes, SMALL * sizes.max()))


@pytest.mark.parametrize("name", CASES)
def test_derivatives_through_impacts_of_trees_fall_with_the_square_of_the_step(name: str) -> None:
    case = CASES[name]
    x = _inputs(case.scene, case.changed)
    coarse, middle, fine = simulated(case.scene, case.duration, x, RATES)
    truth = exact(case, x)
    assert np.max(_errors(middle.slopes, truth.slopes)) < LARGEST
    few, many = (np.linalg.norm(_errors(f.slopes, truth.slopes)) for f in (coarse, fine))
    assert many < LEFT * few
    np.testing.assert_allclose(middle.places, truth.places, atol=1e-5)


@pytest.mark.parametrize(
    ("scene", "duration"),
    [(TUMBLING, 0.3), (DAMPED, 0.5)],
    ids=["turns do not add", "joints are damped"],
)
def test_so_they_do_where(scene: str, duration: float) -> None:
    coarse, middle, fine, truth = simulated(scene, duration, _inputs(scene, {}), (*RATES, FINE))
    assert np.max(_errors(middle.slopes, truth.slopes)) < LARGEST
    few, many = (np.linalg.norm(_errors(f.slopes, truth.slopes)) for f in (coarse, fine))
    assert many < LEFT * few
