"""Joint limits: in either coordinates, with either kind of impacts, struck and rested upon."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from scenert import Simulator
from tools.motion import Motion, simulate, simulator

SCENE = """
scenec: 1
options: {impacts: IMPACTS, solver: {iterations: 50}}
bodies:
  arm: {mass: 1 kg, inertia: {cylinder: [1 cm, 1 m]}}
  cart: {mass: 2 kg, inertia: {box: [10 cm, 10 cm, 10 cm]}}
  stick: {mass: 1 kg, inertia: {cylinder: [1 cm, 1 m]}}
  beyond: {mass: 2 kg, inertia: {box: [10 cm, 10 cm, 10 cm]}}
joints:
  hinge:
    type: hinge
    parent: world
    child: arm
    child_anchor: [0, 0, 50 cm]
    axis: [0, 1, 0]
    angle: 80 deg
    limits: [30 deg, 90 deg]
  slide:
    type: slide
    parent: world
    child: cart
    axis: [0, 0, 1]
    speed: 1 m/s
    limits: [-20 cm, 2 cm]
  universal:
    type: universal
    parent: world
    child: stick
    child_anchor: [0, 0, 50 cm]
    axes: [[1, 0, 0], [0, 1, 0]]
    angle: [50 deg, 60 deg]
    limits: [[10 deg, 70 deg], [20 deg, 80 deg]]
  outside:
    type: slide
    parent: world
    child: beyond
    axis: [1, 0, 0]
    angle: 12 cm
    limits: [0, 10 cm]
sensors:
  hinge: {type: joint_angle, joint: hinge}
  slide: {type: joint_angle, joint: slide}
  slide_speed: {type: joint_speed, joint: slide}
  universal: {type: joint_angle, joint: universal}
  outside: {type: joint_angle, joint: outside}
"""


# Rows act along the directions that axes have at the start of a step. Where these turn with what
# they measure, in maximal coordinates, a rate of 5 rad/s ends (5 rad/s * 2 ms)^2 = 1e-4 rad off.
SLACK = 3e-4


@cache
def run(impacts: str, coordinates: str) -> Motion:
    return simulate(limited(impacts, coordinates), 1.5, 2e-3)


def limited(impacts: str, coordinates: str) -> Simulator:
    return simulator(SCENE.replace("IMPACTS", impacts), coordinates=coordinates)


@pytest.fixture(
    params=[("stepped", "reduced"), ("stepped", "maximal"), ("continuous", "reduced")], ids=" ".join
)
def motion(request: pytest.FixtureRequest) -> Motion:
    return run(*request.param)


@pytest.mark.parametrize(
    ("name", "lower", "upper"),
    [
        ("hinge", np.deg2rad([30]), np.deg2rad([90])),
        ("slide", np.array([-0.2]), np.array([0.02])),
        ("universal", np.deg2rad([10, 20]), np.deg2rad([70, 80])),
    ],
)
def test_coordinates_stay_within_their_limits(
    motion: Motion, name: str, lower: np.ndarray, upper: np.ndarray
) -> None:
    value = motion.sensors[name]
    assert np.all(value > lower - SLACK)
    assert np.all(value < upper + SLACK)


def test_what_falls_on_a_limit_rests_there(motion: Motion) -> None:
    """At the limit to rounding: what a fall leaves beyond it is long put right."""
    rest = [motion.sensors[name][-1] for name in ("hinge", "slide", "universal")]
    expected = [*np.deg2rad([30]), -0.2, *np.deg2rad([10, 20])]
    np.testing.assert_allclose(np.concatenate(rest), expected, atol=1e-9)


def test_the_upper_end_stops_as_well(motion: Motion) -> None:
    """The cart would rise by 5 cm; the samples miss its top by up to g (10 ms)^2 / 2."""
    assert np.max(motion.sensors["slide"]) == pytest.approx(0.02, abs=5e-4)


@pytest.mark.parametrize("coordinates", ["reduced", "maximal"])
def test_a_coordinate_beyond_its_limit_returns_by_a_fifth_in_a_step(coordinates: str) -> None:
    """The share is `stabilization`, 0.2 unless a scene says otherwise."""
    motion = simulate(limited("stepped", coordinates), 10e-3, 10e-3)
    excess = motion.sensors["outside"][:, 0] - 0.1
    np.testing.assert_allclose(excess, [0.02, 0.016], atol=1e-12)
