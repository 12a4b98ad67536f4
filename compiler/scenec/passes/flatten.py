"""Flatten the scene into its constraint layout: SceneIR -> LayoutIR.

Reduced coordinates absorb the joints of the spanning tree into the trees; maximal coordinates
absorb none, so that every body is a tree of its own and every joint is rows.
"""

from __future__ import annotations

from dataclasses import replace

from scenec.ir.layout import Contact, LayoutIR, Mount, Options, Plane, Segment
from scenec.ir.scalar import evaluate
from scenec.ir.scene import Body, SceneIR, authored_values
from scenec.passes.actuators import flatten_actuators
from scenec.passes.contacts import flatten_contacts
from scenec.passes.hosts import Hosts
from scenec.passes.joint_rows import flatten_limits, flatten_passives
from scenec.passes.segments import build_segments
from scenec.passes.sensors import flatten_sensors
from scenec.passes.weld import Placement, place_bodies


def flatten(scene: SceneIR) -> LayoutIR:
    """The flat layout of `scene`, in the coordinates that its options ask for."""
    if scene.options.coordinates == "reduced":
        return _flatten(scene, scene, place_bodies(scene, fold=True))
    loose = _released(scene)
    placements = place_bodies(loose, fold=False)
    reduced = replace(scene, options=replace(scene.options, coordinates="reduced"))
    return replace(_flatten(scene, loose, placements), authored=flatten(reduced))


def _flatten(scene: SceneIR, tree: SceneIR, placements: dict[str, Placement]) -> LayoutIR:
    """`tree` is the scene with only those joints left to carry links that shall."""
    segments = build_segments(tree, placements)
    mounts = _mounts(tree, placements, segments)
    hosts = Hosts(scene, tree, segments, mounts, placements)
    actuators, drives = flatten_actuators(scene, hosts)
    contacts = flatten_contacts(scene, hosts)
    limits = flatten_limits(scene, hosts)
    stops = any(limit.host in {segment.name for segment in segments} for limit in limits)
    return LayoutIR(
        name=scene.name,
        parameters=scene.parameters,
        options=_options(scene, contacts, stops),
        bodies=tuple(body.name for body in scene.bodies),
        mounts=mounts,
        segments=segments,
        closures=hosts.closures,
        passives=flatten_passives(scene, hosts),
        servos=drives.servos,
        limits=limits,
        contacts=contacts,
        motors=drives.motors,
        thrusters=drives.thrusters,
        actuators=actuators,
        sensors=flatten_sensors(scene, hosts, actuators),
        planes=tuple(Plane(p.name, p.normal, p.offset) for p in scene.planes),
        trees=hosts.trees,
        tile=max((slot + s.freedom for s in segments for slot in s.slots), default=0),
    )


def _released(scene: SceneIR) -> SceneIR:
    """The scene in maximal coordinates: no joint carries a link, every joint's child is free."""
    joints = tuple(replace(joint, closes_loop=True) for joint in scene.joints)
    bodies = tuple(_freed(body) for body in scene.bodies)
    return replace(scene, joints=joints, bodies=bodies)


def _freed(body: Body) -> Body:
    return replace(body, root="free") if body.root is None else body


def _mounts(
    scene: SceneIR, placements: dict[str, Placement], segments: tuple[Segment, ...]
) -> tuple[Mount, ...]:
    """Where every body sits, in the author's order."""
    place = {
        body: (segment.name, i)
        for segment in segments
        for i, link in enumerate(segment.links)
        for body in link.bodies
    }
    return tuple(
        Mount(
            body.name,
            *place[body.name],
            placements[body.name].position,
            placements[body.name].rotation,
        )
        for body in scene.bodies
    )


def _options(scene: SceneIR, contacts: tuple[Contact, ...], stops: bool) -> Options:
    o = scene.options
    return Options(
        timestep=o.timestep,
        gravity=o.gravity,
        stabilization=o.stabilization,
        coordinates=o.coordinates,
        integrator=o.integrator,
        solver=o.solver,
        iterations=o.iterations,
        cone=o.cone,
        impacts=_impacts(scene, contacts, stops),
        gradient=o.gradient,
        smoothing=o.smoothing,
    )


def _impacts(scene: SceneIR, contacts: tuple[Contact, ...], stops: bool) -> str:
    """Unless the author chooses: impacts have instants where rigid things bounce.

    stops: whether there are joints of trees with limits to strike.
    """
    values = authored_values(scene.parameters)
    if not contacts and not stops:
        return "stepped"
    if scene.options.impacts is not None:
        return scene.options.impacts
    bounces = any(
        evaluate(restitution, values) > 0 and evaluate(softness, values) == 0
        for contact in contacts
        for restitution, softness in zip(contact.restitution, contact.softness, strict=True)
    )
    return "continuous" if bounces else "stepped"
