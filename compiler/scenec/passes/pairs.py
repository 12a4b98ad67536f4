"""Find the pairs of spheres and planes that may touch.

Spheres of one body, of bodies welded together and of bodies that share a joint never collide, nor
do two things that cannot move. With `contacts: listed` only what `pairs:` names does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scenec.ir.scalar import Scalar, apply
from scenec.ir.scene import WORLD, Body, Material, Pair, Plane, SceneIR, Sphere
from scenec.passes.weld import Placement


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


def find_pairs(
    scene: SceneIR, placements: dict[str, Placement], static: frozenset[str]
) -> Iterator[Candidate]:
    """All candidates, planes first, in the author's order.

    `placements` has welded bodies folded, in either kind of coordinates; `static` bodies cannot
    move.
    """
    listed = {frozenset(pair.between): pair for pair in scene.pairs}
    link = {body.name: placements[body.name].anchor for body in scene.bodies} | {WORLD: WORLD}
    joined = frozenset(frozenset((link[j.parent], link[j.child])) for j in scene.joints)
    colliding = [body for body in scene.bodies if body.spheres]

    def meets(a: str, b: str) -> bool:
        return scene.options.contacts == "all" or frozenset((a, b)) in listed

    for body in colliding:
        for plane in scene.planes:
            if body.name not in static and meets(body.name, plane.name):
                pair = listed.get(frozenset((body.name, plane.name)))
                for sphere in body.spheres:
                    mixed = _mix(sphere.material, plane.material, pair)
                    yield Candidate(body, sphere, None, None, plane, *mixed)
    for i, body in enumerate(colliding):
        for other in colliding[i + 1 :]:
            key = frozenset((body.name, other.name))
            links = frozenset((link[body.name], link[other.name]))
            both_static = body.name in static and other.name in static
            if len(links) == 1 or links in joined or both_static:
                continue
            if not meets(body.name, other.name):
                continue
            for sphere in body.spheres:
                for theirs in other.spheres:
                    mixed = _mix(sphere.material, theirs.material, listed.get(key))
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
