"""Give every sensor its shape and unit, and those that report on a step a place in its record."""

from __future__ import annotations

from dataclasses import dataclass

from scenec.ir.layout import Actuator, Range, Sensor
from scenec.ir.scene import SceneIR
from scenec.ir.scene import Sensor as Authored
from scenec.passes.hosts import Hosts


@dataclass(frozen=True)
class _Reading:
    shape: tuple[int, ...]
    unit: str
    recorded: int = 0


_BODY_READINGS = {
    "imu": _Reading((15,), "m/s^2, rad/s, 1", recorded=3),
    "position": _Reading((3,), "m"),
    "velocity": _Reading((3,), "m/s"),
    "orientation": _Reading((9,), "1"),
    "distance": _Reading((), "m"),
    "contact": _Reading((3,), "N", recorded=3),
}


def flatten_sensors(
    scene: SceneIR, hosts: Hosts, actuators: tuple[Actuator, ...]
) -> tuple[Sensor, ...]:
    """Sensors in the author's order."""
    kinds = {joint.name: joint.kind for joint in scene.joints}
    driven = {actuator.name: actuator for actuator in actuators}
    sensors = []
    start = 0
    for sensor in scene.sensors:
        reading = _reading(sensor, kinds, hosts, driven)
        record = (start, start + reading.recorded)
        start = record[1]
        sensors.append(_sensor(sensor, reading, record, hosts))
    return tuple(sensors)


def _reading(
    sensor: Authored, kinds: dict[str, str], hosts: Hosts, driven: dict[str, Actuator]
) -> _Reading:
    if sensor.actuator is not None:
        actuator = driven[sensor.actuator]
        size = actuator.control[1] - actuator.control[0]
        unit = "N" if kinds.get(actuator.target) == "slide" or actuator.kind == "force" else "N*m"
        return _Reading((size,), unit, recorded=size)
    if sensor.joint is None:
        return _BODY_READINGS[sensor.kind]
    kind, freedom = kinds[sensor.joint], len(hosts.of(sensor.joint)[1])
    if sensor.kind == "joint_speed":
        return _Reading((freedom,), "m/s" if kind == "slide" else "rad/s")
    if kind == "ball":
        return _Reading((9,), "1")
    return _Reading((freedom,), "m" if kind == "slide" else "rad")


def _sensor(sensor: Authored, reading: _Reading, record: Range, hosts: Hosts) -> Sensor:
    host, members = hosts.of(sensor.joint) if sensor.joint is not None else (None, ())
    return Sensor(
        name=sensor.name,
        kind=sensor.kind,
        shape=reading.shape,
        unit=reading.unit,
        body=sensor.body,
        at=sensor.at,
        to=sensor.to,
        host=host,
        members=members,
        actuator=sensor.actuator,
        record=record,
    )
