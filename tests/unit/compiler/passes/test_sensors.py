"""What sensors read: shapes, units, and where a step leaves it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scenec.ir.layout import LayoutIR, Sensor
from scenec.ir.scalar import evaluate

Flattened = Callable[..., LayoutIR]
BODY = "mass: 1 kg, inertia: [1, 1, 1]"

MACHINE = f"""
scenec: 1
world: {{planes: {{ground: {{}}}}}}
bodies:
  base: {{root: free, {BODY}}}
  arm: {{{BODY}}}
  rod: {{{BODY}}}
  wrist: {{{BODY}}}
  eye: {{{BODY}}}
joints:
  hinge: {{type: hinge, parent: base, child: arm, axis: [0, 1, 0]}}
  slide: {{type: slide, parent: base, child: rod, axis: [0, 1, 0]}}
  universal: {{type: universal, parent: arm, child: wrist, axes: [[1, 0, 0], [0, 1, 0]]}}
  ball: {{type: ball, parent: arm, child: eye}}
servos:
  servo: {{joint: hinge, gain: 1, max_torque: 1}}
  speed: {{type: velocity, joint: slide, max_torque: 1}}
  motor: {{type: motor, joint: ball}}
  force: {{type: force, body: base}}
  torque: {{type: torque, body: base}}
sensors:
  %s
"""
READINGS = [
    ("type: joint_angle, joint: hinge", (1,), "rad", 0),
    ("type: joint_angle, joint: slide", (1,), "m", 0),
    ("type: joint_angle, joint: universal", (2,), "rad", 0),
    ("type: joint_angle, joint: ball", (9,), "1", 0),
    ("type: joint_speed, joint: hinge", (1,), "rad/s", 0),
    ("type: joint_speed, joint: slide", (1,), "m/s", 0),
    ("type: joint_speed, joint: universal", (2,), "rad/s", 0),
    ("type: joint_speed, joint: ball", (3,), "rad/s", 0),
    ("type: servo_torque, servo: servo", (1,), "N*m", 1),
    ("type: servo_torque, servo: speed", (1,), "N", 1),
    ("type: servo_torque, servo: motor", (3,), "N*m", 3),
    ("type: servo_torque, servo: force", (3,), "N", 3),
    ("type: servo_torque, servo: torque", (3,), "N*m", 3),
    ("type: imu, body: base", (15,), "m/s^2, rad/s, 1", 3),
    ("type: position, body: base", (3,), "m", 0),
    ("type: velocity, body: base", (3,), "m/s", 0),
    ("type: orientation, body: base", (9,), "1", 0),
    ("type: distance, body: base, to: ground", (), "m", 0),
    ("type: contact, body: base", (3,), "N", 3),
]
coordinates = pytest.mark.parametrize("coordinates", ["reduced", "maximal"])


def sensors(flattened: Flattened, *entries: str, coordinates: str | None = None) -> LayoutIR:
    listed = "\n  ".join(f"s{i}: {{{entry}}}" for i, entry in enumerate(entries))
    return flattened(MACHINE % listed, coordinates)


@coordinates
@pytest.mark.parametrize(("entry", "shape", "unit", "recorded"), READINGS)
def test_a_reading(
    entry: str,
    shape: tuple[int, ...],
    unit: str,
    recorded: int,
    coordinates: str,
    flattened: Flattened,
) -> None:
    layout = sensors(flattened, entry, coordinates=coordinates)
    (sensor,) = layout.sensors
    assert (sensor.shape, sensor.unit, sensor.record) == (shape, unit, (0, recorded))
    assert layout.size_record == recorded


def test_records_follow_one_another(flattened: Flattened) -> None:
    layout = sensors(flattened, *(entry for entry, *_ in READINGS))
    end = 0
    for sensor, (_, _, _, recorded) in zip(layout.sensors, READINGS, strict=True):
        assert sensor.record == (end, end + recorded)
        end += recorded
    assert layout.size_record == end == 17


def only(layout: LayoutIR) -> Sensor:
    (sensor,) = layout.sensors
    return sensor


@pytest.mark.parametrize(
    ("coordinates", "host", "members"),
    [("reduced", "wrist", (0, 1)), ("maximal", "universal_rows", (0, 1))],
)
def test_a_joint_sensor_reads_its_host(
    coordinates: str, host: str, members: tuple[int, ...], flattened: Flattened
) -> None:
    sensor = only(
        sensors(flattened, "type: joint_angle, joint: universal", coordinates=coordinates)
    )
    assert (sensor.host, sensor.members) == (host, members)


def test_a_distance_to_a_point_a_body_and_a_plane(flattened: Flattened) -> None:
    distance = "type: distance, body: base, at: [1 cm, 0, 0]"
    layout = sensors(
        flattened,
        f"{distance}, to: [1 m, 2 m, 3 m]",
        f"{distance}, to: arm",
        f"{distance}, to: ground",
    )
    point, body, plane = layout.sensors
    assert isinstance(point.to, tuple)
    assert [evaluate(x, {}) for x in point.to] == [1, 2, 3]
    assert point.at is not None
    assert evaluate(point.at[0], {}) == 0.01
    assert (body.to, plane.to) == ("arm", "ground")


def test_a_scene_without_sensors_records_nothing(flattened: Flattened) -> None:
    layout = flattened(f"scenec: 1\nbodies: {{a: {{root: free, {BODY}}}}}")
    assert (layout.sensors, layout.size_record) == ((), 0)
