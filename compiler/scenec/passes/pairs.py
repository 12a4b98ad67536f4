"""Find the pairs of spheres and planes that may touch.

Spheres of one body, of bodies welded together and of bodies that share a joint never collide, nor
do two things that cannot move. With `contacts: listed` only what `pairs:` names does.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from scenec.ir.scalar import Scalar, apply
from scenec.ir.scene import Body, Material, Pair, Plane, SceneIR, Sphere
from scenec.passes.weld import immobile, place_bodies


@dataclass(frozen=True)
class Candidate:
    """A sphere of a body against a plane, or against a sphere of another body."""

    body: Body
    sphere: Sphere
    other: Body | None
    other_sphere: Sphere | None
    plane: Plane | None
    friction: Scalar
    restitution: Scalar
    softness: Scalar


class Meetings:
    """Which bodies and planes of a scene may touch; the same in either kind of coordinates."""

    def __init__(self, scene: SceneIR) -> None:
        placements = place_bodies(scene, fold=True)
        self._links = {name: placement.anchor for name, placement in placements.items()}
        self._joined = {
            frozenset((self._link(joint.parent), self._link(joint.child))) for joint in scene.joints
        }
        self._still = immobile(scene, placements) | {plane.name for plane in scene.planes}
        self._all = scene.options.contacts == "all"
        self.listed = {frozenset(pair.between): pair for pair in scene.pairs}

    def may(self, first: str, second: str) -> bool:
        """Whether two bodies, or a body and a plane, may touch."""
        links = frozenset((self._link(first), self._link(second)))
        moves = not {first, second} <= self._still
        wanted = self._all or frozenset((first, second)) in self.listed
        return moves and wanted and len(links) == 2 and links not in self._joined

    def _link(self, name: str) -> str:
        return self._links.get(name, name)


def find_pairs(scene: SceneIR) -> Iterator[Candidate]:
    """All candidates, planes first, in the author's order."""
    meetings = Meetings(scene)
    colliding = [body for body in scene.bodies if body.spheres]
    for body in colliding:
        for plane in scene.planes:
            if meetings.may(body.name, plane.name):
                pair = meetings.listed.get(frozenset((body.name, plane.name)))
                for sphere in body.spheres:
                    mixed = _mix(sphere.material, plane.material, pair)
                    yield Candidate(body, sphere, None, None, plane, *mixed)
    for body, other in itertools.combinations(colliding, 2):
        if meetings.may(body.name, other.name):
            pair = meetings.listed.get(frozenset((body.name, other.name)))
            for sphere, theirs in itertools.product(body.spheres, other.spheres):
                mixed = _mix(sphere.material, theirs.material, pair)
                yield Candidate(body, sphere, other, theirs, None, *mixed)


def _mix(a: Material, b: Material, pair: Pair | None) -> tuple[Scalar, Scalar, Scalar]:
    """Friction multiplies, the larger restitution counts, softness adds; a pair's values win."""
    friction = a.friction * b.friction
    restitution = apply("max", a.restitution, b.restitution)
    softness = a.softness + b.softness
    if pair is None:
        return friction, restitution, softness
    return (
        friction if pair.friction is None else pair.friction,
        restitution if pair.restitution is None else pair.restitution,
        softness if pair.softness is None else pair.softness,
    )
