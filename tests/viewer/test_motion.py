"""What a trajectory shows, frame by frame."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import jax
import numpy as np
import pytest

import scenec
import scenert
from scenert import Simulator, Trajectory, TrajectoryError
from scenert.viewer.look import WORLD
from scenert.viewer.motion import motion
from scenert.viewer.page import quaternions
from scenert.viewer.render import FOV, Camera, distance
from scenert.viewer.stage import DIRECTION

ROOT = Path(__file__).parents[2]


def test_frames_are_states_of_the_trajectory(balls: Simulator, throws: Trajectory) -> None:
    found = motion(balls, throws, rate=25)
    assert found.time == pytest.approx(np.arange(30) * 0.04)
    np.testing.assert_array_equal(found.position[:, :, 0], throws.states.q[:, ::4, :3])
    np.testing.assert_array_equal(
        found.rotation[..., 0, :, :].reshape(2, 30, 9), throws.states.q[:, ::4, 3:12]
    )
    np.testing.assert_allclose(found.sensors["touch"], throws.states.record[:, ::4])
    assert [float(shape.radius[0]) for shape in found.geometry] == pytest.approx([0.5, 0.3])


def test_forces_are_the_means_of_the_steps_between_frames(
    balls: Simulator, throws: Trajectory
) -> None:
    """The contact sensor of every step recorded what these were."""
    found = motion(balls, throws, rate=25)
    assert found.force is not None
    assert found.point is not None
    each = np.asarray(throws.states.record)[:, 1:117].reshape(2, 29, 4, 3).mean(2)
    np.testing.assert_allclose(found.force[:, 1:, 0], each, atol=2e-3)
    assert found.force.max() > 10
    assert not found.force[:, 0].any()
    touching = np.linalg.norm(found.force[..., 0, :], axis=-1) > 1
    assert found.point[..., 0, 2][touching] == pytest.approx(0, abs=0.05)


def test_without_its_control_a_motor_driven_robot_shows_no_forces(
    throws: Trajectory, balls: Simulator
) -> None:
    found = motion(balls, replace(throws, control=None), rate=25)
    assert found.force is None
    assert found.control == {}


def test_a_state_that_is_not_finite_is_named(balls: Simulator, throws: Trajectory) -> None:
    broken = np.array(throws.states.q)
    broken[1, 7, 2] = np.nan
    states = throws.states.replace(q=broken)
    with pytest.raises(
        TrajectoryError, match=r"state of small is not finite from step 7 on \(0.07 s"
    ):
        scenert.view(balls, replace(throws, states=states))


def test_quaternions_are_those_of_the_rotations() -> None:
    random = np.random.default_rng(0)
    q = random.normal(size=(50, 4))
    q /= np.linalg.norm(q, axis=-1, keepdims=True)
    q[:3] = np.eye(4)[:3]  # half turns about the axes
    x, y, z, w = q.T
    rotation = np.stack(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
    found = quaternions(np.moveaxis(rotation, -1, 0))
    same = np.abs(np.einsum("ni,ni->n", found, q))
    assert same == pytest.approx(np.ones(50), abs=1e-12)


def test_robots_stand_apart_across_their_way(seen: scenert.View) -> None:
    apart = np.diff(seen.stage.offset, axis=0)[0]
    assert apart[1] > 1.0
    assert apart[0] == apart[2] == 0
    assert seen.stage.floor == 0
    assert jax.tree.leaves(seen.stage.walls) == []


@pytest.mark.parametrize("scene", ["arm", "billiards"])
def test_all_that_is_reached_is_in_view(scene: str) -> None:
    """What stands upright is not cut off, nor a table on which balls lie close together."""
    sim = scenec.compile(ROOT / "scenes" / f"{scene}.yaml")
    states = scenert.rollout(sim, None, sim.params(), sim.init(sim.params()), 5)[1]
    stage = scenert.view(sim, states).stage
    corners = np.array(list(product(*zip(stage.low, stage.high, strict=True))))
    eye = stage.center[0] + DIRECTION * distance(float(stage.radius[0]), (960, 540))
    x, y, z = Camera(eye, stage.center[0], (960, 540)).axes() @ (corners - eye).T
    assert np.abs(y / z).max() < np.tan(FOV / 2)
    assert np.abs(x / z).max() < np.tan(FOV / 2) * 960 / 540


def test_marks_stand_beside_each_robot(balls: Simulator, throws: Trajectory) -> None:
    points = np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
    seen = scenert.view(balls, throws, marks=points)
    marks = [[part for part in own if part.role == "mark"] for own in seen.parts]
    np.testing.assert_array_equal([own[0].position for own in marks], points)
    assert [own[0].body for own in marks] == [WORLD, WORLD]
    assert seen.stage.high[2] > 5.0
    with pytest.raises(TrajectoryError, match=r"a point for each robot, \(2, 3\), not \(3,\)"):
        scenert.view(balls, throws, marks=[0.0, 0.0, 1.0])
