"""Welded bodies become one link, with the mass properties of the whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from scenec.ir.layout import LayoutIR, Link
from scenec.ir.scalar import ParameterElement, Vector, evaluate
from scenec.ir.scene import SceneIR
from scenec.passes.weld import immobile, place_bodies

Array = NDArray[np.float64]
Flattened = Callable[..., LayoutIR]
Resolved = Callable[..., SceneIR]

# Three bodies, one welded to the next, turned and shifted by parameters.
STACK = """
scenec: 1
params: {length: 30 cm, angle: 40 deg, mass: 2 kg}
bodies:
  base: {root: free, mass: 3 kg, inertia: [0.3, 0.5, 0.7]}
  arm:
    mass: mass
    inertia: {box: [10 cm, 20 cm, length]}
    rotation: {rpy: [angle, 0, 90 deg]}
  tool: {mass: mass / 4, inertia: [0.02, 0.03, 0.04], rotation: {axis: [1, 1, 0], angle: 2 * angle}}
joints:
  grip:
    type: weld
    parent: arm
    child: tool
    anchor: [0, 0, length]
    child_anchor: [1 cm, 2 cm, -length / 3]
  mount:
    type: weld
    parent: base
    child: arm
    anchor: [length, 5 cm, 0]
    child_anchor: [0, 0, 7 cm]
"""
VALUES = [(0.3, 0.7, 2.0), (0.1, -0.4, 0.5), (1.0, 3.0, 10.0)]


@dataclass(frozen=True)
class Piece:
    """A rigid body in the frame of its link."""

    mass: float
    moments: Array
    position: Array
    rotation: Array

    def carry(self, mass: float, moments: list[float], turn: Array, local: Array) -> Piece:
        """A body at `local` in this one's frame."""
        position = self.position + self.rotation @ local
        return Piece(mass, np.array(moments), position, self.rotation @ turn)


def about(axis: list[float], angle: float) -> Array:
    """Rodrigues' formula."""
    x, y, z = np.array(axis) / np.linalg.norm(axis)
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * (k @ k)


def stack(length: float, angle: float, mass: float) -> list[Piece]:
    """The bodies of STACK."""
    base = Piece(3.0, np.array([0.3, 0.5, 0.7]), np.zeros(3), np.eye(3))
    turn = about([0, 0, 1], np.pi / 2) @ about([1, 0, 0], angle)
    x, y, z = 0.1**2, 0.2**2, length**2
    box = [mass / 12 * (y + z), mass / 12 * (x + z), mass / 12 * (x + y)]
    arm = base.carry(mass, box, turn, np.array([length, 0.05, 0]) - turn @ [0, 0, 0.07])
    twist = about([1, 1, 0], 2 * angle)
    offset = np.array([0, 0, length]) - twist @ [0.01, 0.02, -length / 3]
    return [base, arm, arm.carry(mass / 4, [0.02, 0.03, 0.04], twist, offset)]


def whole(pieces: list[Piece]) -> tuple[float, Array, Array]:
    """Mass, m c, and inertia about the link's origin, as an integral over point masses would be."""
    inertia = np.zeros((3, 3))
    for piece in pieces:
        turned = piece.rotation @ np.diag(piece.moments) @ piece.rotation.T
        r = piece.position
        inertia += turned + piece.mass * (r @ r * np.eye(3) - np.outer(r, r))
    return (
        sum(piece.mass for piece in pieces),
        sum((piece.mass * piece.position for piece in pieces), np.zeros(3)),
        inertia,
    )


def at(values: tuple[float, float, float]) -> Callable[[Vector], Array]:
    """What vectors are at these values of length, angle and mass."""
    names = ("length", "angle", "mass")
    known = {ParameterElement(name): v for name, v in zip(names, values, strict=True)}
    return lambda vector: np.array([evaluate(x, known) for x in vector])


def only_link(layout: LayoutIR) -> Link:
    ((link,),) = [segment.links for segment in layout.segments]
    return link


@pytest.mark.parametrize("values", VALUES)
def test_a_link_has_the_mass_of_all_its_bodies(
    values: tuple[float, float, float], flattened: Flattened
) -> None:
    link, numbers = only_link(flattened(STACK)), at(values)
    mass, moment, inertia = whole(stack(*values))
    assert link.bodies == ("base", "arm", "tool")
    np.testing.assert_allclose(numbers((link.mass,)), [mass], rtol=1e-12)
    np.testing.assert_allclose(numbers(link.moment), moment, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(numbers(link.inertia).reshape(3, 3), inertia, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("values", VALUES)
def test_mounts_say_where_the_bodies_sit(
    values: tuple[float, float, float], flattened: Flattened
) -> None:
    layout, numbers = flattened(STACK), at(values)
    for mount, piece in zip(layout.mounts, stack(*values), strict=True):
        assert (mount.segment, mount.index) == ("base", 0)
        np.testing.assert_allclose(numbers(mount.position), piece.position, atol=1e-12)
        turned = numbers(mount.rotation).reshape(3, 3)
        np.testing.assert_allclose(turned, piece.rotation, atol=1e-12)


def test_two_bodies_at_one_place(flattened: Flattened) -> None:
    link = only_link(
        flattened(
            "scenec: 1\nbodies:\n  a: {root: free, mass: 1, inertia: [1, 2, 3]}\n"
            "  b: {mass: 2, inertia: [4, 5, 6]}\njoints: {j: {type: weld, parent: a, child: b}}"
        )
    )
    assert evaluate(link.mass, {}) == 3
    assert [evaluate(x, {}) for x in link.moment] == [0, 0, 0]
    assert [evaluate(x, {}) for x in link.inertia] == [5, 0, 0, 0, 7, 0, 0, 0, 9]


def test_joints_sit_on_the_link_that_carries_them(flattened: Flattened) -> None:
    hand = (
        "  hand: {mass: 1, inertia: [1, 1, 1]}\n  finger: {mass: 1, inertia: [1, 1, 1]}\njoints:\n"
        "  knuckle: {type: hinge, parent: hand, child: finger, anchor: [0, 1 m, 0],"
        " child_anchor: [0, 0, 2 m], axis: [1, 0, 0], angle: 1 rad}\n"
        "  wrist: {type: weld, parent: tool, child: hand, anchor: [1 m, 0, 0]}\n"
    )
    layout = flattened(STACK.replace("joints:\n", hand))
    values = VALUES[0]
    tool, numbers = stack(*values)[2], at(values)
    (joint,) = layout.segment("finger").joints
    anchor = tool.position + tool.rotation @ [1, 1, 0]
    np.testing.assert_allclose(numbers(joint.anchor), anchor, atol=1e-12)
    np.testing.assert_allclose(numbers(joint.child_anchor), [0, 0, 2], atol=1e-12)
    np.testing.assert_allclose(numbers(joint.axes), tool.rotation[:, 0], atol=1e-12)
    np.testing.assert_allclose(numbers(joint.rest).reshape(3, 3), tool.rotation, atol=1e-12)


def test_in_maximal_coordinates_nothing_is_folded(flattened: Flattened) -> None:
    layout = flattened(STACK, "maximal")
    assert [link.bodies for segment in layout.segments for link in segment.links] == [
        ("base",), ("arm",), ("tool",),
    ]  # fmt: skip
    assert {mount.position for mount in layout.mounts} == {layout.mounts[0].position}
    assert layout.rows() == {"joint": 12}


def test_a_weld_to_the_world_makes_a_fixed_link(flattened: Flattened) -> None:
    layout = flattened(
        "scenec: 1\nbodies:\n"
        "  post: {mass: 1, inertia: [1, 1, 1], rotation: {axis: [0, 1, 0], angle: 90 deg}}\n"
        "  sign: {mass: 1, inertia: [1, 1, 1]}\n"
        "  ball: {root: free, mass: 1, inertia: [1, 1, 1]}\n"
        "joints:\n"
        "  foot: {type: weld, parent: world, child: post, anchor: [1 m, 0, 0],"
        " child_anchor: [0, 0, -2 m]}\n"
        "  nail: {type: weld, parent: post, child: sign, anchor: [0, 0, 2 m]}\n"
    )
    post = layout.segment("post")
    assert (post.kind, post.freedom, post.trees) == ("fixed", 0, (-1,))
    assert [link.bodies for link in post.links] == [("post", "sign")]
    (root,) = post.roots
    np.testing.assert_allclose([evaluate(x, {}) for x in root.position], [3, 0, 0], atol=1e-12)
    assert layout.rows() == {}


def test_a_weld_that_closes_a_loop_becomes_rows(flattened: Flattened) -> None:
    layout = flattened(
        "scenec: 1\nbodies:\n  a: {root: free, mass: 1, inertia: [1, 1, 1]}\n"
        "  b: {root: free, mass: 1, inertia: [1, 1, 1]}\n"
        "joints: {j: {type: weld, parent: a, child: b}}"
    )
    assert layout.rows() == {"joint": 6}
    assert layout.trees == 2


@pytest.mark.parametrize(
    ("name", "previous"), [("p{i}", "p{i-1}"), ("p{600-i}", "p{599-i}")], ids=["down", "up"]
)
def test_a_long_chain_of_welds_is_one_link(name: str, previous: str, flattened: Flattened) -> None:
    chain = (
        "scenec: 1\ntemplates:\n  piece:\n    args: [previous]\n"
        "    bodies: {b: {mass: 1, inertia: [1, 1, 1]}}\n"
        "    joints: {w: {type: weld, parent: previous, child: b, anchor: [1 m, 0, 0]}}\n"
        "  root: {bodies: {b: {root: free, mass: 1, inertia: [1, 1, 1]}}}\n"
        "use:\n  - {template: root, name: p0}\n"
        f'  - {{template: piece, for: i in 1..599, name: "{name}", previous: "{previous}.b"}}\n'
    )
    layout = flattened(chain)
    assert evaluate(only_link(layout).mass, {}) == 600
    mount = next(mount for mount in layout.mounts if mount.body == "p599.b")
    assert evaluate(mount.position[0], {}) == 599


def test_welds_of_many_parameters_compile_in_no_time(flattened: Flattened) -> None:
    """Written out, the inertia of the last body would have some 3^12 terms."""
    bodies, joints = "", ""
    for i in range(1, 12):
        bodies += f"  b{i}: {{mass: 1, inertia: [1, 2, 3], rotation: {{rpy: [0.1, 0.2, 0.3]}}}}\n"
        joints += f"  w{i}: {{type: weld, parent: b{i - 1}, child: b{i}, anchor: [1 m, 0, 0]}}\n"
    root = "  b0: {root: free, mass: 1, inertia: [1, 1, 1]}\n"
    layout = flattened(f"scenec: 1\nbodies:\n{root}{bodies}joints:\n{joints}", free=["all"])
    assert len(only_link(layout).bodies) == 12


def test_what_cannot_move(resolved: Resolved) -> None:
    body = "{mass: 1, inertia: [1, 1, 1]}"
    scene = resolved(
        "scenec: 1\nbodies:\n  wall: {root: fixed, mass: 1, inertia: [1, 1, 1]}\n"
        f"  shelf: {body}\n  post: {body}\n  door: {body}\n  knob: {body}\n  ball: {body}\n"
        "joints:\n"
        "  a: {type: weld, parent: wall, child: shelf}\n"
        "  b: {type: weld, parent: world, child: post}\n"
        "  c: {type: hinge, parent: shelf, child: door, axis: [0, 0, 1]}\n"
        "  d: {type: weld, parent: door, child: knob}\n"
    )
    assert immobile(scene, place_bodies(scene, fold=True)) == {"wall", "shelf", "post"}
