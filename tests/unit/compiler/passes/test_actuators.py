"""What control means, and what actuators become."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scenec.ir.layout import LayoutIR
from scenec.ir.scalar import Vector, evaluate

Flattened = Callable[..., LayoutIR]
BODY = "mass: 1 kg, inertia: [1, 1, 1]"

MACHINE = f"""
scenec: 1
bodies:
  base: {{root: free, {BODY}}}
  arm1: {{{BODY}}}
  arm2: {{{BODY}}}
  rod: {{{BODY}}}
  wrist: {{{BODY}}}
  eye: {{{BODY}}}
joints:
  h1: {{type: hinge, parent: base, child: arm1, axis: [0, 1, 0]}}
  h2: {{type: hinge, parent: base, child: arm2, axis: [0, 1, 0]}}
  s: {{type: slide, parent: base, child: rod, axis: [0, 1, 0]}}
  u: {{type: universal, parent: arm1, child: wrist, axes: [[1, 0, 0], [0, 1, 0]]}}
  b: {{type: ball, parent: arm2, child: eye}}
servos:
  quick: {{joint: h1, gain: 10 /s, max_torque: 1 N*m, max_speed: 2 rad/s}}
  still: {{joint: h2, gain: 20 /s, max_torque: 2 N*m, max_speed: 3 rad/s}}
  press: {{joint: s, gain: 30 /s, max_torque: 4 N}}
  turn: {{joint: u, gain: 40 /s, max_torque: 5 N*m}}
  spin: {{type: velocity, joint: h1, max_torque: 6 N*m}}
  slip: {{type: velocity, joint: s, max_torque: 7 N}}
  pull: {{type: motor, joint: s, max_torque: 8 N}}
  free: {{type: motor, joint: u}}
  roll: {{type: motor, joint: b}}
  push: {{type: force, body: base}}
  whirl: {{type: torque, body: eye}}
"""
coordinates = pytest.mark.parametrize("coordinates", ["reduced", "maximal"])


def values(vector: Vector | None) -> list[float]:
    return [evaluate(x, {}) for x in vector or ()]


@coordinates
def test_controls_are_numbered_in_the_authors_order(coordinates: str, flattened: Flattened) -> None:
    layout = flattened(MACHINE, coordinates)
    assert [(a.name, a.kind, a.target, a.control, a.unit) for a in layout.actuators] == [
        ("quick", "servo", "h1", (0, 1), "rad"),
        ("still", "servo", "h2", (1, 2), "rad"),
        ("press", "servo", "s", (2, 3), "m"),
        ("turn", "servo", "u", (3, 5), "rad"),
        ("spin", "velocity", "h1", (5, 6), "rad/s"),
        ("slip", "velocity", "s", (6, 7), "m/s"),
        ("pull", "motor", "s", (7, 8), "N"),
        ("free", "motor", "u", (8, 10), "N*m"),
        ("roll", "motor", "b", (10, 13), "N*m"),
        ("push", "force", "base", (13, 16), "N"),
        ("whirl", "torque", "eye", (16, 19), "N*m"),
    ]
    assert layout.size_control == 19


@coordinates
def test_every_driven_coordinate_of_a_servo_is_a_row(
    coordinates: str, flattened: Flattened
) -> None:
    assert flattened(MACHINE, coordinates).rows()["servo"] == 7


def test_servos_become_rows_of_their_hosts(flattened: Flattened) -> None:
    servos = {servo.name: servo for servo in flattened(MACHINE).servos}
    assert {name: (s.host, s.members, s.control) for name, s in servos.items()} == {
        "arm_servo": ("arm", (0, 1), (0, 1)),
        "rod_free_servo": ("rod", (0,), (2,)),
        "wrist_free_servo": ("wrist", (0, 1), (3, 4)),
        "arm_speed": ("arm", (0,), (5,)),
        "rod_speed": ("rod", (0,), (6,)),
    }
    assert values(servos["arm_servo"].gain) == [10, 20]
    assert values(servos["arm_servo"].max_speed) == [2, 3]
    assert values(servos["arm_servo"].max_torque) == [1, 2]
    assert servos["rod_free_servo"].max_speed is None
    assert values(servos["wrist_free_servo"].max_torque) == [5, 5]
    assert servos["arm_speed"].gain is None
    assert values(servos["rod_speed"].max_torque) == [7]
    assert servos["arm_servo"].colors == (1, 1)


def test_motors_with_and_without_a_bound_are_apart(flattened: Flattened) -> None:
    motors = flattened(MACHINE).motors
    assert [(m.host, m.members, m.control, values(m.max_torque)) for m in motors] == [
        ("rod", (0,), (7,), [8]),
        ("wrist", (0, 1), (8, 9), []),
        ("eye", (0, 1, 2), (10, 11, 12), []),
    ]
    assert [motor.max_torque is None for motor in motors] == [False, True, True]


def test_in_maximal_coordinates_motors_act_on_rows(flattened: Flattened) -> None:
    motors = flattened(MACHINE, "maximal").motors
    assert [(m.host, m.members) for m in motors] == [
        ("slide_rows", (0,)),
        ("universal_rows", (0, 1)),
        ("ball_rows", (0, 1, 2)),
    ]


@coordinates
def test_forces_and_torques_act_on_bodies(coordinates: str, flattened: Flattened) -> None:
    thrusters = flattened(MACHINE, coordinates).thrusters
    assert [(t.kind, t.body, t.control) for t in thrusters] == [
        ("force", "base", (13, 16)),
        ("torque", "eye", (16, 19)),
    ]


def test_motors_of_runs_find_their_links(flattened: Flattened) -> None:
    links = "".join(f"  a{i}: {{{BODY}}}\n" for i in range(1, 6))
    joints = "".join(
        f"  j{i}: {{type: hinge, parent: {f'a{i - 1}' if i > 1 else 'world'}, child: a{i},"
        " axis: [0, 1, 0]}\n"
        for i in range(1, 6)
    )
    layout = flattened(
        f"scenec: 1\nbodies:\n{links}joints:\n{joints}"
        "servos: {m5: {type: motor, joint: j5}, m2: {type: motor, joint: j2}}"
    )
    (motor,) = layout.motors
    assert (motor.host, motor.members, motor.control) == ("a", (4, 1), (0, 1))


def test_a_scene_without_actuators_has_no_control(flattened: Flattened) -> None:
    layout = flattened(f"scenec: 1\nbodies: {{a: {{root: free, {BODY}}}}}")
    assert (layout.actuators, layout.size_control) == ((), 0)
