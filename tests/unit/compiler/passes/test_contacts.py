"""Contacts laid out in groups."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scenec.ir.layout import Contact, LayoutIR
from scenec.ir.scalar import evaluate

Flattened = Callable[..., LayoutIR]
BODY = "mass: 1 kg, inertia: [1, 1, 1]"
TWO_ROBOTS = f"""
scenec: 1
world: {{planes: {{ground: {{}}, wall: {{normal: [1, 0, 0], offset: -2 m}}}}}}
templates:
  robot:
    bodies:
      torso: {{root: free, {BODY}}}
      arm1: {{{BODY}, spheres: [{{radius: 1 cm}}]}}
      arm2: {{{BODY}, spheres: [{{radius: 1 cm}}]}}
    joints:
      l: {{type: hinge, parent: torso, child: arm1, axis: [0, 1, 0]}}
      r: {{type: hinge, parent: torso, child: arm2, axis: [0, 1, 0]}}
use: [{{template: robot, name: a}}, {{template: robot, name: b}}]
"""


def by_name(layout: LayoutIR) -> dict[str, Contact]:
    contacts = {contact.name: contact for contact in layout.contacts}
    assert len(contacts) == len(layout.contacts)
    return contacts


def test_contacts_within_and_across_trees_are_groups_of_their_own(flattened: Flattened) -> None:
    groups = by_name(flattened(TWO_ROBOTS))
    assert list(groups) == ["arm_on_planes", "arm_on_arm", "arm_on_arm_2"]
    own, across = groups["arm_on_arm"], groups["arm_on_arm_2"]
    assert own.same_tree
    assert not across.same_tree
    assert own.second is not None
    assert own.first.trees == own.second.trees == (0, 1)
    assert own.colors == (2,)
    assert across.second is not None
    assert set(zip(across.first.trees, across.second.trees, strict=True)) == {(0, 1)}
    assert across.colors == (1, 1, 1, 1)


def test_in_maximal_coordinates_every_body_is_a_tree(flattened: Flattened) -> None:
    groups = by_name(flattened(TWO_ROBOTS, "maximal"))
    assert {name: group.same_tree for name, group in groups.items()} == {
        "a_torso_on_planes": False,
        "a_torso_on_a_torso": False,
    }
    assert sum(groups["a_torso_on_a_torso"].colors) == 6


def test_blocks_are_laid_out_color_by_color(flattened: Flattened) -> None:
    planes = by_name(flattened(TWO_ROBOTS))["arm_on_planes"]
    assert planes.second is None
    assert planes.colors == (2,) * 4
    assert planes.first.trees == (0, 1) * 4
    assert sorted(planes.planes) == ["ground"] * 4 + ["wall"] * 4
    for plane, normal, offset in zip(planes.planes, planes.normals, planes.offsets, strict=True):
        assert evaluate(normal[0], {}) == (plane == "wall")
        assert evaluate(offset, {}) == (-2 if plane == "wall" else 0)


def test_contact_with_what_cannot_move_touches_one_tree(flattened: Flattened) -> None:
    layout = flattened(
        "scenec: 1\nbodies:\n"
        f"  post: {{root: fixed, {BODY}, spheres: [{{radius: 1 m}}]}}\n"
        f"  ball: {{root: free, {BODY}, spheres: [{{radius: 1 m}}]}}\n"
    )
    (contact,) = layout.contacts
    assert contact.second is not None
    assert (contact.first.trees, contact.second.trees) == ((-1,), (0,))
    assert not contact.same_tree


@pytest.mark.parametrize(
    ("coordinates", "expected"), [("reduced", [1.0, 2.5, 0.0]), ("maximal", [0.5, 0.0, 0.0])]
)
def test_a_sphere_of_a_welded_body_sits_on_its_link(
    coordinates: str, expected: list[float], flattened: Flattened
) -> None:
    layout = flattened(
        "scenec: 1\nworld: {planes: {ground: {}}}\nbodies:\n"
        f"  torso: {{root: free, {BODY}}}\n"
        f"  foot: {{{BODY}, rotation: {{rpy: [0, 0, 90 deg]}},"
        " spheres: [{center: [50 cm, 0, 0], radius: 1 cm}]}\n"
        "joints: {ankle: {type: weld, parent: torso, child: foot, anchor: [1 m, 2 m, 0]}}",
        coordinates,
    )
    (contact,) = layout.contacts
    assert contact.spheres.bodies == ("foot",)
    assert [evaluate(x, {}) for x in contact.spheres.center[0]] == pytest.approx(expected)


def test_without_spheres_nothing_touches(flattened: Flattened) -> None:
    assert flattened(f"scenec: 1\nbodies: {{b: {{root: free, {BODY}}}}}").contacts == ()
