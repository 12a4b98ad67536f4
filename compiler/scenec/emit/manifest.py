"""Describe a compiled scene for its callers: LayoutIR -> Manifest."""

from __future__ import annotations

from scenec.ir.layout import Contact, LayoutIR, Segment
from scenec.ir.scalar import evaluate
from scenec.ir.scene import WORLD, SceneIR, authored_values
from scenert import abi


def describe(scene: SceneIR, layout: LayoutIR, compiler: str) -> abi.Manifest:
    """The manifest of `layout`; hashes are added when the archive is made."""
    values = authored_values(layout.parameters)
    options = layout.options
    return abi.Manifest(
        name=layout.name,
        compiler=compiler,
        timestep=evaluate(options.timestep, values),
        options={
            "coordinates": options.coordinates,
            "integrator": options.integrator,
            "solver": options.solver,
            "iterations": options.iterations,
            "cone": options.cone,
            "impacts": options.impacts,
            "gradient": options.gradient,
        },
        parameters=tuple(
            abi.Parameter(p.name, p.shape, p.unit, "", p.value, p.minimum, p.maximum)
            for p in layout.parameters
        ),
        state=_state(layout),
        sensors=tuple(abi.Field(s.name, s.shape, s.unit, s.kind) for s in layout.sensors),
        bodies=_bodies(scene, layout),
        joints=_joints(scene, layout),
        actuators=tuple(
            abi.Actuator(a.name, a.kind, a.target, a.control, a.unit) for a in layout.actuators
        ),
        spheres=tuple(abi.Sphere(body.name) for body in scene.bodies for _ in body.spheres),
        planes=tuple(abi.Plane(p.name) for p in scene.planes),
        contacts=tuple(pair for contact in layout.contacts for pair in _pairs(contact)),
        rows=layout.rows(),
    )


def _state(layout: LayoutIR) -> tuple[abi.Field, ...]:
    return (
        abi.Field("q", (layout.size_q,), "m, rad, 1", "coordinates"),
        abi.Field("v", (layout.size_v,), "rad/s, m/s", "velocities"),
        abi.Field("record", (layout.size_record,), "N, N*m, m/s^2", "what the last step left"),
    )


def _bodies(scene: SceneIR, layout: LayoutIR) -> tuple[abi.Body, ...]:
    solids = {body.name: body.solid.kind if body.solid else "" for body in scene.bodies}
    segments = {segment.name: segment for segment in layout.segments}
    bodies = []
    for mount in layout.mounts:
        segment = segments[mount.segment]
        leads = segment.links[mount.index].bodies[0] == mount.body
        if segment.joints or not leads:
            bodies.append(abi.Body(mount.body, "jointed", solid=solids[mount.body]))
        else:
            q, v = _ranges(segment, mount.index)
            bodies.append(abi.Body(mount.body, segment.kind, q, v, solids[mount.body]))
    return tuple(bodies)


def _joints(scene: SceneIR, layout: LayoutIR) -> tuple[abi.Joint, ...]:
    places = {
        joint.name: _ranges(segment, i)
        for segment in layout.segments
        for i, joint in enumerate(segment.joints)
    }
    none = ((0, 0), (0, 0))
    return tuple(
        abi.Joint(j.name, j.kind, j.parent or WORLD, j.child, *places.get(j.name, none))
        for j in scene.joints
    )


def _ranges(segment: Segment, index: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """A link's share of the coordinates and of the velocities."""
    size_q = (segment.q[1] - segment.q[0]) // segment.count
    q, v = segment.q[0] + index * size_q, segment.v[0] + index * segment.freedom
    return (q, q + size_q), (v, v + segment.freedom)


def _pairs(contact: Contact) -> tuple[abi.Pair, ...]:
    others = contact.planes or (contact.other.bodies if contact.other else ())
    return tuple(map(abi.Pair, contact.spheres.bodies, others))
