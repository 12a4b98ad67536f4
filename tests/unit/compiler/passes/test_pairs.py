"""Which spheres and planes may touch, and with which surface."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scenec.ir.layout import LayoutIR
from scenec.ir.scalar import Vector, evaluate

Flattened = Callable[..., LayoutIR]
BODY = "mass: 1 kg, inertia: [1, 1, 1]"
BALL = f"{BODY}, spheres: [{{radius: 1 cm}}]"
both_coordinates = pytest.mark.parametrize("coordinates", ["reduced", "maximal"])


def met(layout: LayoutIR) -> list[tuple[str, str]]:
    """The two things of every contact, in alphabetical order."""
    found = []
    for contact in layout.contacts:
        others = contact.planes if contact.other is None else contact.other.bodies
        for first, second in zip(contact.spheres.bodies, others, strict=True):
            found.append((min(first, second), max(first, second)))
    return sorted(found)


def surface(layout: LayoutIR) -> tuple[float, float, float]:
    """Friction, restitution and softness of the only contact."""
    (contact,) = layout.contacts

    def only(values: Vector) -> float:
        (value,) = values
        return evaluate(value, {})

    return only(contact.friction), only(contact.restitution), only(contact.softness)


def pairs(*names: str) -> list[tuple[str, str]]:
    """`a-b` as a pair in alphabetical order, sorted."""
    return sorted((min(n.split("-")), max(n.split("-"))) for n in names)


ROBOT = f"""
scenec: 1
world: {{planes: {{ground: {{}}}}}}
bodies:
  torso: {{root: free, {BALL}}}
  arm: {{{BALL}}}
  hand: {{{BALL}}}
  camera: {{{BALL}}}
  bare: {{root: free, {BODY}}}
joints:
  shoulder: {{type: hinge, parent: torso, child: arm, axis: [0, 1, 0]}}
  wrist: {{type: ball, parent: arm, child: hand}}
  mount: {{type: weld, parent: torso, child: camera}}
"""
ON_GROUND = pairs("torso-ground", "arm-ground", "hand-ground", "camera-ground")


@both_coordinates
def test_all_meet_but_what_is_joined_and_what_is_welded(
    coordinates: str, flattened: Flattened
) -> None:
    found = met(flattened(ROBOT, coordinates))
    assert found == sorted([*ON_GROUND, *pairs("torso-hand", "camera-hand")])


@both_coordinates
def test_listed_pairs_meet_alone(coordinates: str, flattened: Flattened) -> None:
    listed = (
        "options: {contacts: listed}\n"
        "pairs: [{between: [ground, hand]}, {between: [torso, arm]}, {between: [hand, torso]}]\n"
    )
    assert met(flattened(ROBOT + listed, coordinates)) == pairs("hand-ground", "torso-hand")


@both_coordinates
def test_joints_that_close_a_loop_keep_their_bodies_apart(
    coordinates: str, flattened: Flattened
) -> None:
    loop = ROBOT.replace(
        "joints:", "joints:\n  loop: {type: ball, parent: hand, child: torso, anchor: [1, 0, 0]}"
    )
    assert met(flattened(loop, coordinates)) == ON_GROUND


@both_coordinates
def test_what_cannot_move_meets_only_what_can(coordinates: str, flattened: Flattened) -> None:
    fixtures = f"""
scenec: 1
world: {{planes: {{ground: {{}}}}}}
bodies:
  pillar: {{root: fixed, {BALL}}}
  shelf: {{{BALL}}}
  lamp: {{{BALL}}}
  ball: {{root: free, {BALL}}}
joints:
  bracket: {{type: weld, parent: pillar, child: shelf}}
  wire: {{type: weld, parent: world, child: lamp}}
"""
    expected = pairs("ball-ground", "ball-pillar", "ball-shelf", "ball-lamp")
    assert met(flattened(fixtures, coordinates)) == expected


def test_every_sphere_of_one_meets_every_sphere_of_the_other(flattened: Flattened) -> None:
    dumbbell = f"{BODY}, spheres: [{{radius: 1}}, {{radius: 2}}, {{radius: 3}}]"
    layout = flattened(
        "scenec: 1\nworld: {planes: {ground: {}, wall: {}}}\n"
        f"bodies: {{a: {{root: free, {dumbbell}}}, b: {{root: free, {BALL}}}}}"
    )
    assert layout.rows()["contact"] == 3 * (2 * 3 + 2 * 1 + 3 * 1)


MATERIALS = f"""
scenec: 1
materials:
  steel: {{friction: 0.5, restitution: 0.75, softness: 1e-4}}
  felt: {{friction: 0.25, restitution: 0.5, softness: 2e-4}}
world: {{planes: {{ground: {{material: felt}}}}}}
bodies: {{ball: {{root: free, {BODY}, spheres: [{{radius: 1, material: steel}}]}}}}
"""


def test_a_contact_mixes_its_materials(flattened: Flattened) -> None:
    """Frictions multiply, the larger restitution counts, softnesses add."""
    assert surface(flattened(MATERIALS)) == pytest.approx((0.125, 0.75, 3e-4))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("friction: 2", (2, 0.75, 3e-4)),
        ("restitution: 0", (0.125, 0, 3e-4)),
        ("softness: 1", (0.125, 0.75, 1)),
        ("friction: 0, restitution: 1, softness: 0", (0, 1, 0)),
    ],
)
@pytest.mark.parametrize("between", ["ball, ground", "ground, ball"])
def test_a_pair_replaces_what_it_gives(
    between: str, values: str, expected: tuple[float, ...], flattened: Flattened
) -> None:
    layout = flattened(f"{MATERIALS}pairs: [{{between: [{between}], {values}}}]")
    assert surface(layout) == pytest.approx(expected)
