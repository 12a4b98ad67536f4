"""Emit the initial state."""

from __future__ import annotations

from scenec.emit.kinematics import write_kinematics
from scenec.emit.readout import write_frames
from scenec.emit.tables import Entries, Tables, array, write_preamble
from scenec.emit.writer import Writer, pick
from scenec.ir.layout import LayoutIR, RootTable, Segment
from scenec.ir.scalar import Vector, apply

_DOC = "The state in which the scene starts."
_SIGNATURE = "init(params: Params) -> State"


def write_initial(writer: Writer, layout: LayoutIR) -> None:
    """The function `init`."""
    if layout.authored is None:
        with writer.function(_SIGNATURE, _DOC):
            writer.line("dtype = tables.dtype_of(params)")
            _write_start(writer, layout)
            record = f"jnp.zeros({layout.size_record}, dtype)"
            writer.line(f"return State(q=q, v=v, record={record})")
        return
    _write_authored(writer, layout, layout.authored)


def _write_start(writer: Writer, layout: LayoutIR) -> None:
    """Statements that set `q` and `v` from the authored coordinates."""
    moving = [segment for segment in layout.segments if segment.freedom]
    starts = {s.name: (_coordinates(s), _velocities(s)) for s in moving}
    entries: list[Entries] = [entry for pair in starts.values() for entry in pair]
    expressions = write_preamble(writer, layout.parameters, entries)
    for vector, place in (("q", 0), ("v", 1)):
        names = []
        for segment in moving:
            name = f"{segment.name}_{vector}"
            names.append(name)
            writer.statement(f"{name} = ", array(starts[segment.name][place], expressions))
            if segment.kind == "ball" and vector == "q":
                writer.line(f"{name} = joints.ball_rotation({name})")
        writer.line(f"{vector} = jnp.concatenate([{', '.join(f'{n}.reshape(-1)' for n in names)}])")


def _coordinates(segment: Segment) -> Entries:
    if segment.joints:
        return tuple(joint.start for joint in segment.joints)
    return tuple(_root_coordinates(segment.kind, root) for root in segment.roots)


def _root_coordinates(kind: str, root: RootTable) -> Vector:
    if kind == "free":
        return (*root.position, *root.rotation)
    pitch = apply("atan2", root.rotation[2], root.rotation[0])
    return (root.position[0], root.position[2], pitch)


def _velocities(segment: Segment) -> Entries:
    if segment.joints:
        return tuple(joint.speed for joint in segment.joints)
    if segment.kind == "free":
        return tuple((*root.angular, *root.linear) for root in segment.roots)
    return tuple((r.linear[0], r.linear[2], r.angular[1]) for r in segment.roots)


def _write_authored(writer: Writer, layout: LayoutIR, authored: LayoutIR) -> None:
    """In maximal coordinates poses follow from the joints: place the bodies by the reduced tree."""
    tables = Tables("authored_")
    body = Writer()
    write_kinematics(body, authored, tables)
    write_frames(body, authored, tables)
    tables.write(writer, authored.parameters)
    writer.lines.extend(body.lines)
    with writer.function(_SIGNATURE, _DOC):
        writer.line("dtype = tables.dtype_of(params)")
        _write_start(writer, authored)
        writer.line("m = authored_model(params, dtype)")
        writer.line("bodies = authored_frames(m, authored_kinematics(m, q, v))")
        q, v = [], []
        for segment in layout.segments:
            if not segment.freedom:
                continue
            place = tuple(layout.bodies.index(link.bodies[0]) for link in segment.links)
            writer.line(f"{segment.name} = {pick('bodies', place, len(layout.bodies))}")
            q.append(f"{_PACKED_Q[segment.kind]}({segment.name})")
            v.append(f"{_PACKED_V[segment.kind]}({segment.name})")
        writer.line(f"q = jnp.concatenate([{', '.join(q)}])")
        writer.line(f"v = jnp.concatenate([{', '.join(v)}])")
        writer.line(f"return State(q=q, v=v, record=jnp.zeros({layout.size_record}, dtype))")


_PACKED_Q = {"free": "sensing.free_coordinates", "planar": "sensing.planar_coordinates"}
_PACKED_V = {"free": "sensing.free_velocities", "planar": "sensing.planar_velocities"}
