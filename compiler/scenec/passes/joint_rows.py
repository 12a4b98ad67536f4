"""Rows on joint coordinates: limits, and the passive forces of joints that are kept by rows."""

from __future__ import annotations

from scenec.ir.layout import Limit, Passive
from scenec.ir.scalar import ZERO
from scenec.ir.scene import SceneIR
from scenec.passes.hosts import Hosts


def flatten_limits(scene: SceneIR, hosts: Hosts) -> tuple[Limit, ...]:
    """A row for every limited coordinate."""
    entries = [
        (joint.name, dof, limit)
        for joint in scene.joints
        for dof, limit in enumerate(joint.limits)
        if limit is not None
    ]
    return tuple(
        Limit(
            name=f"{group.host}_limit",
            host=group.host,
            members=group.members,
            lower=tuple(lower for lower, _ in group.values),
            upper=tuple(upper for _, upper in group.values),
            colors=group.colors,
        )
        for group in hosts.grouped(entries)
    )


def flatten_passives(scene: SceneIR, hosts: Hosts) -> tuple[Passive, ...]:
    """A row for every coordinate with armature or damping whose joint is kept by rows.

    Joints that carry links have both in the mass matrix of their tree.
    """
    kept = {closure.name for closure in hosts.closures}
    entries = [
        (joint.name, dof, joint)
        for joint in scene.joints
        if joint.kind != "weld" and hosts.of(joint.name)[0] in kept
        for dof in range(len(hosts.of(joint.name)[1]))
        if (joint.damping, joint.armature) != (ZERO, ZERO)
    ]
    return tuple(
        Passive(
            name=f"{group.host}_passive",
            host=group.host,
            members=group.members,
            damping=tuple(joint.damping for joint in group.values),
            armature=tuple(joint.armature for joint in group.values),
            colors=group.colors,
        )
        for group in hosts.grouped(entries)
    )
