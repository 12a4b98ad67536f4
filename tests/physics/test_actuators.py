"""Actuators on wheels of 0.2 kg m^2 and carts of 2 kg without gravity, where constant forces make
constant accelerations, which semi-implicit Euler integrates without error in the velocity."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tools.motion import Motion, simulate, simulator

BENCH = """
scenec: 1
options: {gravity: [0, 0, 0]}
templates:
  wheel:
    args: [armature]
    bodies:
      rim: {mass: 1 kg, inertia: [0.15, 0.2, 0.15]}
    joints:
      axle: {type: hinge, parent: world, child: rim, axis: [0, 1, 0], armature: armature}
    sensors:
      angle: {type: joint_angle, joint: axle}
      speed: {type: joint_speed, joint: axle}
  cart:
    args: []
    bodies:
      box: {mass: 2 kg, inertia: {box: [10 cm, 10 cm, 10 cm]}}
    joints:
      rail: {type: slide, parent: world, child: box, axis: [3, 0, 4]}
    sensors:
      speed: {type: joint_speed, joint: rail}
      place: {type: position, body: box}
use:
  - {template: wheel, name: turned, armature: 0}
  - {template: wheel, name: geared, armature: 0.3}
  - {template: wheel, name: bounded, armature: 0}
  - {template: wheel, name: spun, armature: 0}
  - {template: wheel, name: aimed, armature: 0}
  - {template: wheel, name: weak, armature: 0}
  - {template: cart, name: pushed}
  - {template: cart, name: driven}
bodies:
  stone: {mass: 2 kg, inertia: {sphere: 10 cm}}
  top: {mass: 2 kg, inertia: [0.1, 0.1, 0.1], rotation: {axis: [0, 1, 0], angle: 30 deg}}
servos:
  turned: {type: motor, joint: turned.axle}
  geared: {type: motor, joint: geared.axle}
  bounded: {type: motor, joint: bounded.axle, max_torque: 0.5 N*m}
  spun: {type: velocity, joint: spun.axle, max_torque: 2 N*m}
  aimed: {joint: aimed.axle, gain: 20 /s, max_torque: 50 N*m, max_speed: 2 rad/s}
  weak: {joint: weak.axle, gain: 20 /s, max_torque: 0.1 N*m}
  pushed: {type: motor, joint: pushed.rail}
  driven: {joint: driven.rail, gain: 20 /s, max_torque: 500 N, max_speed: 0.5 m/s}
  stone: {type: force, body: stone}
  top: {type: torque, body: top}
sensors:
  stone: {type: velocity, body: stone}
  top: {type: imu, body: top}
  turned_torque: {type: servo_torque, servo: turned}
  bounded_torque: {type: servo_torque, servo: bounded}
  spun_torque: {type: servo_torque, servo: spun}
  weak_torque: {type: servo_torque, servo: weak}
"""
CONTROL = (0.3, 0.3, 5.0, 4.0, 1.0, 1.0, 6.0, 0.4, 0.0, 3.0, 4.0, 0.2, 0.0, 0.1)
ROUNDING = 1e-10


@pytest.fixture(params=["reduced", "maximal"])
def motion(request: pytest.FixtureRequest) -> Motion:
    """One second on the bench, in either coordinates."""
    return run(request.param)


@cache
def run(coordinates: str) -> Motion:
    return simulate(simulator(BENCH, coordinates=coordinates), 1.0, 10e-3, control=CONTROL)


def speed(motion: Motion, name: str) -> np.ndarray:
    return motion.sensors[f"{name}.speed"][:, 0]


@pytest.mark.parametrize(
    ("name", "acceleration"),
    [
        pytest.param("turned", 0.3 / 0.2, id="a motor turns the wheel"),
        pytest.param("geared", 0.3 / (0.2 + 0.3), id="armature adds to the inertia"),
        pytest.param("bounded", 0.5 / 0.2, id="a motor gives no more than max_torque"),
        pytest.param("weak", 0.1 / 0.2, id="a servo gives no more than max_torque"),
        pytest.param("pushed", 6.0 / 2.0, id="a motor pushes the cart"),
    ],
)
def test_constant_torques_accelerate(motion: Motion, name: str, acceleration: float) -> None:
    early = motion.time < 0.5  # the weak servo has not yet come near its target
    exact = acceleration * motion.time
    np.testing.assert_allclose(speed(motion, name)[early], exact[early], atol=ROUNDING)


def test_a_force_pushes_along_the_world(motion: Motion) -> None:
    np.testing.assert_allclose(motion.sensors["stone"][-1], [0.0, 1.5, 2.0], atol=ROUNDING)


def test_a_torque_turns_about_the_world(motion: Motion) -> None:
    """The gyroscope reads in the frame of the top, which starts turned."""
    reading = motion.sensors["top"][-1]
    spin = reading[6:].reshape(3, 3) @ reading[3:6]
    np.testing.assert_allclose(spin, [2.0, 0.0, 1.0], atol=ROUNDING)


def test_a_cart_stays_on_its_rail(motion: Motion) -> None:
    place = motion.sensors["pushed.place"]
    np.testing.assert_allclose(np.cross(place, [0.6, 0.0, 0.8]), 0.0, atol=ROUNDING)


def test_a_velocity_servo_accelerates_with_max_torque_and_then_holds_its_speed(
    motion: Motion,
) -> None:
    exact = np.minimum(2.0 / 0.2 * motion.time, 4.0)
    np.testing.assert_allclose(speed(motion, "spun"), exact, atol=ROUNDING)


@pytest.mark.parametrize(("name", "fastest"), [("aimed", 2.0), ("driven", 0.5)])
def test_a_servo_moves_at_max_speed_while_it_is_far(
    motion: Motion, name: str, fastest: float
) -> None:
    """Until gain * error is max_speed: 0.1 rad (2.5 cm) before the target."""
    far = (motion.time > 0) & (motion.time < 0.4)
    np.testing.assert_allclose(speed(motion, name)[far], fastest, atol=ROUNDING)


def test_a_servo_comes_to_its_target(motion: Motion) -> None:
    """The error shrinks by 1 - gain * dt a step: from 0.1 rad to 5e-7 rad in 55 steps."""
    assert motion.sensors["aimed.angle"][-1, 0] == pytest.approx(1.0, abs=1e-6)


def test_sensors_read_what_actuators_exerted(motion: Motion) -> None:
    early = motion.time[1:] < 0.4
    expected = {"turned": 0.3, "bounded": 0.5, "weak": 0.1}
    for name, torque in expected.items():
        read = motion.sensors[f"{name}_torque"][1:, 0]
        np.testing.assert_allclose(read[early], torque, atol=ROUNDING)
    spun = motion.sensors["spun_torque"][:, 0]
    np.testing.assert_allclose(spun[[10, -1]], [2.0, 0.0], atol=ROUNDING)
