"""Give every actuator its controls, and lower it to servo rows, joint forces or body wrenches."""

from __future__ import annotations

from dataclasses import dataclass

from scenec.ir.layout import Actuator, Motor, Servo, Thruster
from scenec.ir.scalar import Scalar, Vector
from scenec.ir.scene import Actuator as Authored
from scenec.ir.scene import SceneIR
from scenec.passes.hosts import Grouped, Hosts

_UNITS = {
    ("servo", "slide"): "m",
    ("servo", ""): "rad",
    ("velocity", "slide"): "m/s",
    ("velocity", ""): "rad/s",
    ("motor", "slide"): "N",
    ("motor", ""): "N*m",
    ("force", ""): "N",
    ("torque", ""): "N*m",
}


@dataclass(frozen=True)
class Drives:
    """What the actuators become."""

    servos: tuple[Servo, ...]
    motors: tuple[Motor, ...]
    thrusters: tuple[Thruster, ...]


def flatten_actuators(scene: SceneIR, hosts: Hosts) -> tuple[tuple[Actuator, ...], Drives]:
    """The actuators with their control ranges, in the author's order, and their drives."""
    kinds = {joint.name: joint.kind for joint in scene.joints}
    numbered: list[tuple[Authored, Actuator]] = []
    start = 0
    for authored in scene.actuators:
        size = len(hosts.of(authored.joint)[1]) if authored.joint else 3
        unit = _unit(authored, kinds)
        target = authored.joint or authored.body or ""
        control = (start, start + size)
        numbered.append((authored, Actuator(authored.name, authored.kind, target, control, unit)))
        start += size
    drives = Drives(_servos(numbered, hosts), _motors(numbered, hosts), _thrusters(numbered))
    return tuple(actuator for _, actuator in numbered), drives


def _unit(actuator: Authored, kinds: dict[str, str]) -> str:
    slide = actuator.joint is not None and kinds[actuator.joint] == "slide"
    return _UNITS[actuator.kind, "slide" if slide else ""]


_Driven = tuple[Authored, int]  # an actuator and one of its controls


def _entries(
    numbered: list[tuple[Authored, Actuator]], kind: str, with_speed: bool | None = None
) -> list[tuple[str, int, _Driven]]:
    return [
        (a.joint, dof, (a, control))
        for a, laid in numbered
        if a.kind == kind and a.joint is not None
        if with_speed is None or (a.max_speed is not None) == with_speed
        for dof, control in enumerate(range(*laid.control))
    ]


def _servos(numbered: list[tuple[Authored, Actuator]], hosts: Hosts) -> tuple[Servo, ...]:
    """Servo rows by host; those with and without a speed limit, and speed motors, apart."""
    groups = [
        ("servo", hosts.grouped(_entries(numbered, "servo", with_speed=True))),
        ("free_servo", hosts.grouped(_entries(numbered, "servo", with_speed=False))),
        ("speed", hosts.grouped(_entries(numbered, "velocity"))),
    ]
    return tuple(_servo(name, group) for name, members in groups for group in members)


def _servo(name: str, group: Grouped[_Driven]) -> Servo:
    actuators = [actuator for actuator, _ in group.values]
    return Servo(
        name=f"{group.host}_{name}",
        host=group.host,
        members=group.members,
        control=tuple(control for _, control in group.values),
        gain=_all([a.gain for a in actuators]),
        max_speed=_all([a.max_speed for a in actuators]),
        max_torque=_all([a.max_torque for a in actuators]) or (),
        colors=group.colors,
    )


def _motors(numbered: list[tuple[Authored, Actuator]], hosts: Hosts) -> tuple[Motor, ...]:
    """Joint forces by host, those with and without a bound apart."""
    entries = _entries(numbered, "motor")
    bounded = [entry for entry in entries if entry[2][0].max_torque is not None]
    unbounded = [entry for entry in entries if entry[2][0].max_torque is None]
    return tuple(
        Motor(
            host=group.host,
            members=group.members,
            control=tuple(control for _, control in group.values),
            max_torque=_all([actuator.max_torque for actuator, _ in group.values]),
        )
        for part in (bounded, unbounded)
        for group in hosts.grouped(part)
    )


def _thrusters(numbered: list[tuple[Authored, Actuator]]) -> tuple[Thruster, ...]:
    return tuple(
        Thruster(authored.kind, authored.body, laid.control)
        for authored, laid in numbered
        if authored.body is not None
    )


def _all(values: list[Scalar | None]) -> Vector | None:
    """The values, if every one is given."""
    given = tuple(value for value in values if value is not None)
    return given if len(given) == len(values) else None
