"""What sensors read, where mechanics says what they must."""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tools.motion import Motion, parameters, simulate, simulator

GRAVITY = 9.81  # m/s^2
SCENE = """
scenec: 1
options: {solver: {iterations: 50}}
materials: {rubber: {friction: 1}}
world:
  planes:
    ground: {normal: [0, 0, 1], offset: 0}
    wall: {normal: [-3, 0, -4], offset: -50 m}
bodies:
  table:
    mass: 3 kg
    inertia: [0.1, 0.2, 0.25]
    position: [0, 0, 10 cm]
    rotation: {axis: [0, 0, 1], angle: 30 deg}
    spheres:
      - {center: [30 cm, 0, 0], radius: 10 cm, material: rubber}
      - {center: [-15 cm, 20 cm, 0], radius: 10 cm, material: rubber}
      - {center: [-15 cm, -20 cm, 0], radius: 10 cm, material: rubber}
  vase:
    mass: 0.5 kg
    inertia: {sphere: 10 cm}
    position: [5 m, 0, 30 cm]
    spheres: [{radius: 10 cm, material: rubber}]
  pedestal:
    mass: 2 kg
    inertia: {sphere: 10 cm}
    position: [5 m, 0, 10 cm]
    spheres: [{radius: 10 cm, material: rubber}]
  stone:
    mass: 1 kg
    inertia: [0.01, 0.02, 0.025]
    position: [0, 9 m, 30 m]
    velocity: {linear: [1, 2, 3], angular: [0, 0, 2]}
  ride: {mass: 1 kg, inertia: [0.1, 0.2, 0.1]}
  shelf: {mass: 2 kg, inertia: {box: [60 cm, 2 cm, 2 cm]}}
joints:
  spindle:
    type: hinge
    parent: world
    child: ride
    anchor: [0, -5 m, 5 m]
    child_anchor: [-40 cm, 0, 0]
    axis: [0, 0, 1]
    speed: 3
  bracket:
    type: hinge
    parent: world
    child: shelf
    anchor: [0, 20 m, 1 m]
    child_anchor: [-30 cm, 0, 0]
    axis: [0, 1, 0]
servos:
  bracket: {joint: bracket, gain: 30 /s, max_torque: 20 N*m, max_speed: 5 rad/s}
sensors:
  table: {type: imu, body: table}
  stone: {type: imu, body: stone}
  ride: {type: imu, body: ride}
  load: {type: contact, body: table}
  vase: {type: contact, body: vase}
  pedestal: {type: contact, body: pedestal}
  bracket: {type: servo_torque, servo: bracket}
  rim: {type: position, body: ride, at: [20 cm, 0, 0]}
  rim_velocity: {type: velocity, body: ride, at: [20 cm, 0, 0]}
  spin: {type: joint_speed, joint: spindle}
  turned: {type: orientation, body: table}
  to_body: {type: distance, body: stone, at: [0, 0, 50 cm], to: table}
  to_point: {type: distance, body: stone, to: [1 m, 2 m, 2 m]}
  to_ground: {type: distance, body: stone, at: [0, 0, -1 m], to: ground}
  to_wall: {type: distance, body: stone, to: wall}
"""
ROUNDING = 1e-9
FIRST_ORDER = (
    1e-3  # of a joint kept by rows, whose links leave their circles by 1/2 (ω dt)^2 r a step
)
SOLVED = 1e-6  # what 50 sweeps leave of forces that share a load


@cache
def run(coordinates: str) -> Motion:
    return simulate(simulator(SCENE, coordinates=coordinates), 0.2, 0.5e-3)


@pytest.fixture(params=["reduced", "maximal"])
def motion(request: pytest.FixtureRequest) -> Motion:
    return run(request.param)


def start(motion: Motion, name: str) -> np.ndarray:
    return motion.sensors[name][0]


def end(motion: Motion, name: str) -> np.ndarray:
    return motion.sensors[name][-1]


def test_an_accelerometer_at_rest_feels_the_ground_push_up(motion: Motion) -> None:
    np.testing.assert_allclose(end(motion, "table")[:3], [0, 0, GRAVITY], atol=SOLVED)


def test_an_accelerometer_in_free_fall_feels_nothing(motion: Motion) -> None:
    np.testing.assert_allclose(end(motion, "stone")[:3], 0.0, atol=ROUNDING)


def test_an_accelerometer_on_a_roundabout_feels_the_pull_inwards(motion: Motion) -> None:
    """ω^2 r towards the spindle, besides the push upwards. It is that of the step's start, seen in
    the frame of its end: ω dt = 1.5e-3 rad aslant."""
    expected = [-(3.0**2) * 0.4, 0, GRAVITY]
    np.testing.assert_allclose(end(motion, "ride")[:3], expected, atol=3.6 * 2e-3)


def test_a_gyroscope_reads_in_the_frame_of_its_body(motion: Motion) -> None:
    np.testing.assert_allclose(end(motion, "stone")[3:6], [0, 0, 2.0], atol=ROUNDING)
    np.testing.assert_allclose(end(motion, "ride")[3:6], [0, 0, 3.0], atol=FIRST_ORDER)


def test_attitude_and_orientation_are_the_rotation_of_the_body(motion: Motion) -> None:
    c, s = np.cos(np.deg2rad(30)), np.sin(np.deg2rad(30))
    expected = [c, -s, 0, s, c, 0, 0, 0, 1]
    np.testing.assert_allclose(end(motion, "table")[6:], expected, atol=ROUNDING)
    np.testing.assert_allclose(end(motion, "turned"), expected, atol=ROUNDING)


def test_a_contact_sensor_reads_the_weight_it_carries(motion: Motion) -> None:
    np.testing.assert_allclose(end(motion, "load"), [0, 0, 3.0 * GRAVITY], atol=SOLVED)


def test_contact_forces_between_bodies_are_opposite(motion: Motion) -> None:
    """The vase presses on the pedestal, which stands on the ground: it feels both."""
    np.testing.assert_allclose(end(motion, "vase"), [0, 0, 0.5 * GRAVITY], atol=SOLVED)
    np.testing.assert_allclose(end(motion, "pedestal"), [0, 0, 2.0 * GRAVITY], atol=SOLVED)


@pytest.mark.parametrize("coordinates", ["reduced", "maximal"])
def test_contact_forces_act_where_the_bodies_touch(coordinates: str) -> None:
    sim, state = simulator(SCENE, coordinates=coordinates), run(coordinates).state
    last = jax.tree.map(lambda x: x[-1], state)
    found = sim.contact_forces(parameters(sim, 0.5e-3), last, jnp.zeros(sim.n_control))
    points, forces = (np.asarray(x) for x in found)
    loaded = forces[:, 2] > SOLVED
    points = np.round(points[loaded], 3) + 0.0  # which turns -0 into 0
    at = dict(zip(map(tuple, points.tolist()), forces[loaded], strict=True))
    assert len(at) == 5
    np.testing.assert_allclose(at[5.0, 0.0, 0.2], [0, 0, 0.5 * GRAVITY], atol=SOLVED)
    np.testing.assert_allclose(at[5.0, 0.0, 0.0], [0, 0, 2.5 * GRAVITY], atol=SOLVED)
    feet = {point: force for point, force in at.items() if point[0] < 1}
    assert all(point[2] == 0 for point in feet)
    np.testing.assert_allclose(sum(feet.values()), [0, 0, 3.0 * GRAVITY], atol=SOLVED)
    np.testing.assert_allclose(
        sum(np.cross(point, force) for point, force in feet.items()), 0, atol=1e-2
    )


def test_a_servo_that_holds_a_shelf_exerts_the_moment_of_its_weight(motion: Motion) -> None:
    """About +y, which turns +x down: the servo pulls against it. It sags until its speed limit law
    asks for no motion, by less than 1e-3 of the moment."""
    assert end(motion, "bracket")[0] == pytest.approx(-2.0 * GRAVITY * 0.3, rel=1e-3)


def test_points_of_a_body_move_with_it(motion: Motion) -> None:
    angle = 3.0 * motion.time
    arm = 0.6 * np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=-1)
    np.testing.assert_allclose(motion.sensors["rim"] - [0, -5, 5], arm, atol=FIRST_ORDER)
    velocity = np.cross([0, 0, 3.0], arm)
    np.testing.assert_allclose(motion.sensors["rim_velocity"], velocity, atol=FIRST_ORDER)
    np.testing.assert_allclose(motion.sensors["spin"][:, 0], 3.0, atol=FIRST_ORDER)


def test_distances_to_bodies_points_and_planes(motion: Motion) -> None:
    stone = np.array([0.0, 9.0, 30.0])
    to_body = stone - [0, 0, 0.1 - 0.5]
    assert start(motion, "to_body") == pytest.approx(np.linalg.norm(to_body))
    assert start(motion, "to_point") == pytest.approx(np.linalg.norm(stone - [1, 2, 2]))
    assert start(motion, "to_ground") == pytest.approx(29.0)
    assert start(motion, "to_wall") == pytest.approx(stone @ [-0.6, 0, -0.8] + 50.0)
