"""Fold welded bodies into links.

A body that hangs on another one by a weld moves with it: both become one link, with the mass
properties of the whole and a mount that says where each body sits. In maximal coordinates, and for
welds that close a loop, nothing is folded and every body is a link of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenec.ir import algebra
from scenec.ir.layout import Link
from scenec.ir.scalar import ZERO, Scalar, Vector
from scenec.ir.scene import WORLD, Body, Joint, SceneIR


@dataclass(frozen=True)
class Placement:
    """A body on its link: the link's first body, and the body's pose in that body's frame."""

    anchor: str
    position: Vector
    rotation: Vector


def place_bodies(scene: SceneIR, fold: bool) -> dict[str, Placement]:
    """Where every body sits, by name."""
    carriers = {joint.child: joint for joint in scene.joints if fold and _folds(joint)}
    bodies = {body.name: body for body in scene.bodies}
    placements: dict[str, Placement] = {}
    for body in scene.bodies:
        for name in reversed(_unplaced(body.name, carriers, placements)):
            placements[name] = _placement(bodies[name], carriers.get(name), placements)
    return placements


def immobile(scene: SceneIR, placements: dict[str, Placement]) -> frozenset[str]:
    """The bodies that cannot move: those on fixed roots and on links welded to the world."""
    held = {joint.child for joint in scene.joints if joint.kind == "weld" and not joint.closes_loop}
    anchors = {body.name for body in scene.bodies if body.root == "fixed" or body.name in held}
    return frozenset(name for name, placement in placements.items() if placement.anchor in anchors)


def link_of(name: str, scene: SceneIR, placements: dict[str, Placement]) -> Link:
    """The link whose first body is `name`."""
    members = [body for body in scene.bodies if placements[body.name].anchor == name]
    members.sort(key=lambda body: body.name != name)
    mass: Scalar = ZERO
    moment: Vector = algebra.ORIGIN
    inertia: Vector = (ZERO,) * 9
    for body in members:
        at = placements[body.name]
        principal = algebra.multiply(at.rotation, algebra.diagonal(body.inertia))
        turned = algebra.multiply(principal, algebra.transpose(at.rotation))
        mass = mass + body.mass
        moment = algebra.add(moment, algebra.scale(at.position, body.mass))
        shifted = algebra.offset_inertia(turned, body.mass, at.position)
        inertia = algebra.add(inertia, shifted)
    return Link(tuple(body.name for body in members), mass, moment, inertia)


def _folds(joint: Joint) -> bool:
    return joint.kind == "weld" and not joint.closes_loop and joint.parent != WORLD


def _unplaced(
    name: str, carriers: Mapping[str, Joint], placements: Mapping[str, Placement]
) -> list[str]:
    """The body and those that carry it, up to one whose placement is known."""
    names = []
    while name not in placements:
        names.append(name)
        if name not in carriers:
            break
        name = carriers[name].parent
    return names


def _placement(body: Body, carrier: Joint | None, placements: Mapping[str, Placement]) -> Placement:
    """The pose of a body: of a welded one its parent's, then the joint's anchors and its rest."""
    if carrier is None:
        return Placement(body.name, algebra.ORIGIN, algebra.IDENTITY)
    parent = placements[carrier.parent]
    rest = algebra.rotation(body.rotation)
    from_anchor = algebra.rotate(rest, carrier.child_anchor)
    local = algebra.subtract(carrier.anchor, from_anchor)
    position = algebra.add(parent.position, algebra.rotate(parent.rotation, local))
    return Placement(parent.anchor, position, algebra.multiply(parent.rotation, rest))
