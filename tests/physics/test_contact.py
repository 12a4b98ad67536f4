"""Contact where the accuracy table has no row: whose friction, which way, how much at rest."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from tools.accuracy.contact import GRAVITY, SHOT, SLED
from tools.motion import Motion, simulate, simulator

ROUNDING = 1e-9


def test_friction_knows_no_direction() -> None:
    sim = simulator(SHOT)
    ways = [
        np.linalg.norm(simulate(sim, 1.0, 10e-3, {"heading": heading}).poses.position[-1, 0, :2])
        for heading in np.linspace(0.0, 2.0 * np.pi, 9)
    ]
    np.testing.assert_allclose(ways, ways[0], rtol=ROUNDING)


@pytest.mark.parametrize(("heading", "share"), [(0.0, 1.0), (np.pi / 4, np.sqrt(2.0))])
def test_the_pyramid_holds_back_more_across_its_corners(heading: float, share: float) -> None:
    """The ball slides for 2 v / (7 mu g) = 0.19 s; until then it loses mu g, or sqrt(2) mu g."""
    pyramid = simulator(SHOT.replace("params:", "options: {solver: {cone: pyramid}}\nparams:"))
    motion = simulate(pyramid, 0.1, 10e-3, {"heading": heading})
    speed = np.linalg.norm(motion.twists.linear[:, 0], axis=-1)
    np.testing.assert_allclose(speed, 2.0 - share * 0.3 * GRAVITY * motion.time, rtol=ROUNDING)


@pytest.mark.parametrize(("force", "acceleration"), [(9.0, 0.0), (15.0, 15.0 / 2 - 0.5 * GRAVITY)])
def test_a_sled_moves_when_it_is_pushed_harder_than_friction_holds(
    force: float, acceleration: float
) -> None:
    """It weighs 2 kg, and mu m g is 9.81 N."""
    sim = simulator(SLED + "servos:\n  push: {type: force, body: sled}\n")
    motion = simulate(sim, 0.3, 10e-3, control=[force, 0.0, 0.0])
    speed = motion.twists.linear[:, 0, 0]
    np.testing.assert_allclose(speed, acceleration * motion.time, atol=1e-6)


# Balls thrown along the ground, dropped on it or lying there, each made of something else.
MATERIALS = """
scenec: 1
options: {contacts: listed}
materials:
  ground: {friction: 0.5, restitution: 0.4}
  smooth: {friction: 0.2}
  lively: {restitution: 0.8}
world: {planes: {ground: {material: ground}}}
templates:
  ball:
    args: [surface, height, speed]
    bodies:
      body:
        mass: 1 kg
        inertia: {sphere: 10 cm}
        position: [0, 0, 10 cm + height]
        velocity: {linear: [speed, 0, 0]}
        spheres: [{radius: 10 cm, material: surface}]
use:
  - {template: ball, name: plain, surface: ground, height: 0, speed: 2 m/s}
  - {template: ball, name: smooth, surface: smooth, height: 0, speed: 2 m/s}
  - {template: ball, name: special, surface: smooth, height: 0, speed: 2 m/s}
  - {template: ball, name: dull, surface: smooth, height: 50 cm, speed: 0}
  - {template: ball, name: lively, surface: lively, height: 50 cm, speed: 0}
  - {template: ball, name: tamed, surface: lively, height: 50 cm, speed: 0}
  - {template: ball, name: bullet, surface: smooth, height: 20 m, speed: 0}
  - {template: ball, name: ghost, surface: smooth, height: 50 cm, speed: 0}
pairs:
  - {between: [plain.body, ground]}
  - {between: [smooth.body, ground]}
  - {between: [special.body, ground], friction: 0.02}
  - {between: [dull.body, ground]}
  - {between: [lively.body, ground]}
  - {between: [tamed.body, ground], restitution: 0.1}
  - {between: [bullet.body, ground]}
"""


class Path(NamedTuple):
    """Of one ball: time [s], place and velocity of its centre."""

    time: np.ndarray
    position: np.ndarray
    velocity: np.ndarray


@cache
def path(name: str) -> Path:
    motion, place = thrown(), simulator(MATERIALS).bodies.index(f"{name}.body")
    return Path(motion.time, motion.poses.position[:, place], motion.twists.linear[:, place])


@cache
def thrown() -> Motion:
    return simulate(simulator(MATERIALS), 2.5, 2e-3)


@pytest.mark.parametrize(
    ("name", "friction"), [("plain", 0.5 * 0.5), ("smooth", 0.5 * 0.2), ("special", 0.02)]
)
def test_frictions_multiply_unless_the_pair_has_its_own(name: str, friction: float) -> None:
    ball = path(name)
    sliding = ball.time < 0.2
    exact = 2.0 - friction * GRAVITY * ball.time
    np.testing.assert_allclose(ball.velocity[sliding, 0], exact[sliding], atol=ROUNDING)


@pytest.mark.parametrize(("name", "restitution"), [("dull", 0.4), ("lively", 0.8), ("tamed", 0.1)])
def test_the_larger_restitution_counts_unless_the_pair_has_its_own(
    name: str, restitution: float
) -> None:
    """By the height after one bounce, e^2 h, to within a step's way before the impact, 6 mm."""
    ball = path(name)
    first = int(np.argmax(ball.velocity[:, 2] > 0))
    height = ball.position[first, 2] - 0.1 + ball.velocity[first, 2] ** 2 / (2 * GRAVITY)
    assert height == pytest.approx(restitution**2 * 0.5, abs=7e-3)


def test_nothing_is_too_fast_for_the_ground() -> None:
    """After 20 m the bullet falls by its own diameter in a step of 10 ms."""
    coarse = simulate(simulator(MATERIALS), 2.5, 10e-3)
    bullet = simulator(MATERIALS).bodies.index("bullet.body")
    assert np.min(coarse.twists.linear[:, bullet, 2]) < -19
    assert np.min(coarse.poses.position[:, bullet, 2]) > 0.1 - 1e-9


def test_with_listed_contacts_all_others_pass() -> None:
    assert path("ghost").position[-1, 2] < -10
    assert path("dull").position[-1, 2] == pytest.approx(0.1, abs=ROUNDING)


MATTRESS = """
scenec: 1
materials:
  mattress: {softness: 0.1 mm/N}
  foam: {softness: 0.2 mm/N}
world: {planes: {ground: {material: mattress}}}
bodies:
  ball:
    mass: 1 kg
    inertia: {sphere: 10 cm}
    position: [0, 0, 10 cm]
    spheres: [{radius: 10 cm, material: foam}]
"""


@pytest.mark.parametrize(
    ("pairs", "softness"),
    [
        pytest.param("", 3e-4, id="softnesses add"),
        pytest.param(
            "pairs:\n  - {between: [ball, ground], softness: 0.05 mm/N}\n",
            5e-5,
            id="a pair has its own",
        ),
    ],
)
def test_soft_things_yield_by_their_softness(pairs: str, softness: float) -> None:
    motion = simulate(simulator(MATTRESS + pairs), 3.0, 10e-3)
    assert 0.1 - motion.poses.position[-1, 0, 2] == pytest.approx(softness * GRAVITY, rel=1e-6)


CRATES = """
scenec: 1
options: {solver: {iterations: 100}}
materials: {wood: {friction: 0.8}}
world: {planes: {ground: {}}}
templates:
  crate:
    args: [height]
    bodies:
      box:
        mass: 2 kg
        inertia: {box: [30 cm, 30 cm, 10 cm]}
        position: [0, 0, height]
        spheres:
          - {center: [15 cm, 15 cm, 0], radius: 5 cm, material: wood}
          - {center: [15 cm, -15 cm, 0], radius: 5 cm, material: wood}
          - {center: [-15 cm, 15 cm, 0], radius: 5 cm, material: wood}
          - {center: [-15 cm, -15 cm, 0], radius: 5 cm, material: wood}
use:
  - {template: crate, for: i in 0..1, name: "crate{i}", height: 5 cm + i * 10 cm}
"""


def test_a_stack_stands() -> None:
    """What 100 sweeps leave of the weight lets it sink and creep by less than 0.1 mm a second."""
    motion = simulate(simulator(CRATES), 1.0, 10e-3)
    np.testing.assert_allclose(motion.poses.position[-1, :, 2], [0.05, 0.15], atol=1e-4)
    np.testing.assert_allclose(motion.poses.position[-1, :, :2], 0.0, atol=1e-4)


@pytest.mark.parametrize("coordinates", ["reduced", "maximal"])
def test_clearances_are_distances_between_surfaces(coordinates: str) -> None:
    """Two balls of 10 cm, one above the other, and the ground below."""
    ball = "mass: 1 kg, spheres: [{radius: 10 cm}]"
    sim = simulator(
        f"""
scenec: 1
world: {{planes: {{ground: {{}}}}}}
bodies:
  low: {{{ball}, position: [0, 0, 30 cm]}}
  high: {{{ball}, position: [30 cm, 0, 70 cm], velocity: {{linear: [-1, 0, 0]}}}}
""",
        coordinates=coordinates,
    )
    params = sim.params()
    clearances = sim.clearances(params, sim.init(params))
    gaps = {
        frozenset((pair.first, pair.second)): (float(gap), float(rate))
        for pair, gap, rate in zip(sim.manifest.contacts, *clearances, strict=True)
    }
    assert gaps == {
        frozenset(("low", "ground")): pytest.approx((0.2, 0.0)),
        frozenset(("high", "ground")): pytest.approx((0.6, 0.0)),
        frozenset(("low", "high")): pytest.approx((0.3, -0.6)),
    }
