"""Emit the joints that rows keep: their errors, Jacobians and coordinates."""

from __future__ import annotations

from scenec.emit.dynamics import motor_force
from scenec.emit.kinematics import flat, joint_fields
from scenec.emit.tables import Tables
from scenec.emit.writer import Writer, index, listing, pick
from scenec.ir.layout import Closure, LayoutIR, Side

COORDINATES = {
    "hinge": "turn", "universal": "turn", "slide": "shift", "ball": "relative_turn",
}  # fmt: skip


def write_closures(writer: Writer, layout: LayoutIR, tables: Tables) -> None:
    """The class `Closures` and the function `closures`, where there are any."""
    if not layout.closures:
        return
    with writer.record("Closures", "Joints kept by rows, and the forces of motors on them."):
        for name, kind in _fields(layout):
            writer.line(f"{name}: {kind}")
    signature = "closed(m: Model, links: Links, control: Array) -> Closures"
    with writer.function(signature, "How far the joints kept by rows are off, and how they move."):
        for c in layout.closures:
            writer.note(f"{c.kind}: {listing([joint.name for joint in c.joints])}")
            _write_closure(writer, layout, c, tables)
        for number, motor in enumerate(layout.motors):
            if motor.host in {c.name for c in layout.closures}:
                _write_motor(writer, layout, number, tables)
        writer.line()
        writer.line(f"return Closures({', '.join(name for name, _ in _fields(layout))})")


def side(layout: LayoutIR, of: Side, suffix: str, source: str = "") -> str | None:
    """A quantity of the links on one side of rows; None for the world."""
    if of.segment is None:
        return None
    segment = layout.segment(of.segment)
    return pick(flat(source + segment.name + suffix, segment), of.index, segment.count)


def _fields(layout: LayoutIR) -> list[tuple[str, str]]:
    fields = []
    for c in layout.closures:
        fields.append((c.name, "closure.Closure"))
        if c.kind in COORDINATES:
            fields.append((f"{c.name}_coordinate", "closure.Coordinate"))
    kept = {c.name for c in layout.closures}
    fields += [
        (f"{motor.host}_force_{n}", "Array")
        for n, motor in enumerate(layout.motors)
        if motor.host in kept
    ]
    return fields


def _write_closure(writer: Writer, layout: LayoutIR, c: Closure, tables: Tables) -> None:
    table = tables.record(
        f"{c.name}_joint", "joints.Joint", joint_fields(c.joints), f"joints kept by {c.name}"
    )
    world = f"tree.world({len(c.joints)}, m.dt.dtype)"
    writer.line(f"parent = {side(layout, c.parent, '', 'links.') or world}")
    writer.line(f"child = {side(layout, c.child, '', 'links.')}")
    writer.line(f"{c.name} = closure.{c.kind}({table}, parent, child)")
    if c.kind in COORDINATES:
        rule = COORDINATES[c.kind]
        writer.line(f"{c.name}_coordinate = closure.{rule}({table}, parent, child)")


def _write_motor(writer: Writer, layout: LayoutIR, number: int, tables: Tables) -> None:
    motor = layout.motors[number]
    c = next(c for c in layout.closures if c.name == motor.host)
    if motor.max_torque is not None:
        tables.array(f"motor_{number}_bound", motor.max_torque, "largest motor torque")
    force = motor_force(motor.control, motor.max_torque is not None, number)
    size = len(c.joints) * c.freedom
    onto = f"tree.gather_onto({force}, {index(motor.members)}, {size})"
    writer.line(f"{c.name}_force_{number} = {onto}.reshape({len(c.joints)}, {c.freedom})")
