"""Lay candidate pairs out as groups of contacts, color by color."""

from __future__ import annotations

from scenec.ir import algebra
from scenec.ir.layout import Contact, Mount, SphereTable
from scenec.ir.scene import Body, SceneIR, Sphere
from scenec.passes.colors import STATIC, color
from scenec.passes.hosts import Hosts
from scenec.passes.pairs import Candidate, find_pairs
from scenec.passes.weld import place_bodies


def flatten_contacts(scene: SceneIR, hosts: Hosts) -> tuple[Contact, ...]:
    """Groups of contacts between two segments, or one segment and planes.

    Which pairs may touch does not depend on the coordinates: it is found with welded bodies folded.
    """
    static = frozenset(body.name for body in scene.bodies if hosts.tree(body.name) == STATIC)
    groups: dict[tuple[object, ...], list[Candidate]] = {}
    for pair in find_pairs(scene, place_bodies(scene, fold=True), static):
        groups.setdefault(_alike(pair, hosts), []).append(pair)
    return tuple(_contact(pairs, hosts) for pairs in groups.values())


def _alike(pair: Candidate, hosts: Hosts) -> tuple[object, ...]:
    first = hosts.mounts[pair.body.name].segment
    if pair.other is None:
        return first, None, False
    same = hosts.tree(pair.body.name) == hosts.tree(pair.other.name)
    return first, hosts.mounts[pair.other.name].segment, same


def _contact(pairs: list[Candidate], hosts: Hosts) -> Contact:
    touched = [_touched(pair, hosts) for pair in pairs]
    order, colors = color(touched, hosts.trees)
    pairs = [pairs[i] for i in order]
    first = hosts.side([pair.body.name for pair in pairs])
    spheres = _spheres([(pair.body, pair.sphere) for pair in pairs], hosts.mounts)
    others = [(p.other, p.other_sphere) for p in pairs if p.other and p.other_sphere]
    second = hosts.side([body.name for body, _ in others]) if others else None
    planes = [pair.plane for pair in pairs if pair.plane]
    against = "planes" if second is None else second.segment
    return Contact(
        name=f"{first.segment}_on_{against}",
        first=first,
        spheres=spheres,
        second=second,
        other=_spheres(others, hosts.mounts) if others else None,
        planes=tuple(plane.name for plane in planes),
        normals=tuple(plane.normal for plane in planes),
        offsets=tuple(plane.offset for plane in planes),
        friction=tuple(pair.friction for pair in pairs),
        restitution=tuple(pair.restitution for pair in pairs),
        softness=tuple(pair.softness for pair in pairs),
        same_tree=second is not None and first.trees[0] == second.trees[0],
        colors=colors,
    )


def _touched(pair: Candidate, hosts: Hosts) -> tuple[int, ...]:
    bodies = [pair.body] if pair.other is None else [pair.body, pair.other]
    return tuple(hosts.tree(body.name) for body in bodies)


def _spheres(owners: list[tuple[Body, Sphere]], mounts: dict[str, Mount]) -> SphereTable:
    """Spheres in the frames of the links on which their bodies are mounted."""
    centers = []
    for body, sphere in owners:
        mount = mounts[body.name]
        turned = algebra.rotate(mount.rotation, sphere.center)
        centers.append(algebra.add(mount.position, turned))
    return SphereTable(
        bodies=tuple(body.name for body, _ in owners),
        center=tuple(centers),
        radius=tuple(sphere.radius for _, sphere in owners),
    )
