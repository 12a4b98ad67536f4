"""Emit how the links accelerate without impulses: elimination inwards, acceleration outwards."""

from __future__ import annotations

from scenec.emit.kinematics import by_level, flat, names, parents, part, shape
from scenec.emit.tables import Entries, Tables, matrix
from scenec.emit.writer import Writer, index, listing, pick
from scenec.ir.layout import LayoutIR, Segment
from scenec.ir.scalar import ZERO, Scalar


def write_dynamics(writer: Writer, layout: LayoutIR, tables: Tables) -> None:
    """The class `Factors` and the function `dynamics`."""
    moving = [segment for segment in layout.segments if segment.freedom]
    with writer.record("Factors", "The factorized mass matrix of every group of links."):
        for segment in moving:
            writer.line(f"{segment.name}: articulated.Factor")
    closures = ", closures: Closures" if driven_closures(layout) else ""
    signature = (
        f"dynamics(m: Model, links: Links{closures}, v: Array, control: Array)"
        " -> tuple[Factors, Array]"
    )
    with writer.function(signature, "Mass matrix, and accelerations without constraint impulses."):
        writer.line(f"{unpacked(layout, moving=True)} = links")
        _write_inward(writer, layout, moving, tables)
        _write_outward(writer, layout, moving)
        factors = ", ".join(f"{segment.name}_factor" for segment in moving)
        rates = ", ".join(f"{segment.name}_rate.reshape(-1)" for segment in moving)
        writer.line()
        writer.line(f"acceleration = jnp.concatenate([{rates}])")
        writer.line(f"return Factors({factors}), acceleration")


def module(segment: Segment) -> str:
    """The module whose functions treat a level, or a run of levels."""
    return "chain" if segment.levels > 1 else "articulated"


def unpacked(layout: LayoutIR, *, moving: bool = False) -> str:
    """The levels of all segments, or of the moving ones, as the target of an assignment."""
    levels = (s.name if s.freedom or not moving else "_" for s in layout.segments)
    listed = ", ".join(levels)
    return f"{listed}," if len(layout.segments) == 1 else listed


def mass(segment: Segment, tables: Tables) -> str:
    """The table of a segment's mass properties."""
    fields: dict[str, tuple[Entries, ...]] = {
        "mass": tuple(link.mass for link in segment.links),
        "moment": tuple(link.moment for link in segment.links),
        "inertia": tuple(matrix(link.inertia) for link in segment.links),
    }
    shaped = {name: by_level(segment, rows) for name, rows in fields.items()}
    return tables.record(
        f"{segment.name}_mass", "spatial.Mass", shaped, f"mass of {names(segment)}"
    )


def armature(segment: Segment, tables: Tables) -> str | None:
    """The table of a segment's joint armatures, by degree of freedom; None where there is none."""
    return _joint_table(segment, tables, "armature", [j.armature for j in segment.joints])


def damping(segment: Segment, tables: Tables) -> str | None:
    """The table of a segment's joint dampings, by degree of freedom; None where there is none."""
    return _joint_table(segment, tables, "damping", [j.damping for j in segment.joints])


def damped(layout: LayoutIR) -> bool:
    """Whether any joint of a tree has damping."""
    return any(joint.damping != ZERO for segment in layout.segments for joint in segment.joints)


def _joint_table(segment: Segment, tables: Tables, name: str, values: list[Scalar]) -> str | None:
    if all(value == ZERO for value in values):
        return None
    rows = tuple((value,) * segment.freedom for value in values)
    doc = f"{name} of {listing([joint.name for joint in segment.joints])}"
    return tables.array(f"{segment.name}_{name}", by_level(segment, rows), doc)


def driven_closures(layout: LayoutIR) -> bool:
    """Whether motors drive joints that are kept by rows."""
    kept = {closure.name for closure in layout.closures}
    return any(motor.host in kept for motor in layout.motors)


def _write_inward(writer: Writer, layout: LayoutIR, moving: list[Segment], tables: Tables) -> None:
    """Factors and whitened joint forces, from the tips to the roots."""
    writer.note("what each joint must move, from the tips inwards")
    for segment in reversed(moving):
        name = segment.name
        body = mass(segment, tables)
        bias = f"spatial.bias_wrench({body}, {name}.rotation, {name}.angular, m.gravity)"
        if is_round(layout, segment):
            bias = f"spatial.round_bias_wrench({body}, m.gravity)"
            axes = "jnp.eye(3, dtype=v.dtype)"
            writer.line(f"{name}_factor = articulated.factorize_loose({body}, {axes})")
        elif is_loose(layout, segment):
            writer.line(f"{name}_factor = articulated.factorize_loose({body}, {name}.rotation)")
        else:
            writer.line(f"{name}_inertia = spatial.inertia({body}, {name}.rotation)")
            add_children(writer, layout, segment, "inertia", "felt")
            passive = _passive(segment, layout, tables)
            felt = f"{name}_felt" if is_carried(layout, segment) else "_"
            writer.line(
                f"{name}_factor, {felt} = "
                f"{module(segment)}.factorize({name}_inertia, {name}, {passive})"
            )
        writer.line(f"{name}_wrench = {bias}")
        add_children(writer, layout, segment, "wrench", "borne")
        write_body_loads(writer, layout, segment, tables)
        write_joint_force(writer, layout, segment, tables)
        borne = f"{name}_borne" if is_carried(layout, segment) else "_"
        writer.line(
            f"{name}_drive, {borne} = {module(segment)}.drive("
            f"{name}_factor, {name}, {name}_wrench, {name}_force)"
        )


def is_carried(layout: LayoutIR, segment: Segment) -> bool:
    """Whether a segment hangs on one that moves."""
    return segment.parent is not None and layout.segment(segment.parent).freedom > 0


def is_loose(layout: LayoutIR, segment: Segment) -> bool:
    """Whether a segment's links are single free bodies that carry nothing."""
    carries = any(other.parent == segment.name for other in layout.segments)
    single = all(len(link.bodies) == 1 for link in segment.links)
    return segment.kind == "free" and single and not carries


def is_round(layout: LayoutIR, segment: Segment) -> bool:
    """Whether they are loose and have the same moment of inertia about all axes."""
    diagonals = [link.inertia[::4] for link in segment.links]
    return is_loose(layout, segment) and all(a == b == c for a, b, c in diagonals)


def add_children(writer: Writer, layout: LayoutIR, segment: Segment, own: str, theirs: str) -> None:
    """Add what the segments carried by `segment` pass on to it."""
    name = segment.name
    tail = ", 6, 6" if own == "inertia" else ", 6"
    for child in layout.segments:
        if child.parent != name or not child.freedom:
            continue
        onto = f"tree.gather_onto({child.name}_{theirs}, {index(child.parents)}, {segment.count})"
        if segment.levels > 1:
            onto += f".reshape({shape(segment)}{tail})"
        writer.line(f"{name}_{own} = {name}_{own} + {onto}")


def _passive(segment: Segment, layout: LayoutIR, tables: Tables) -> str:
    """The joints' own inertia: armature, and the damping of an implicit step."""
    terms = []
    if (own := armature(segment, tables)) is not None:
        terms.append(own)
    implicit = layout.options.integrator == "semi_implicit"
    if implicit and (lost := damping(segment, tables)) is not None:
        terms.append(f"m.dt * {lost}")
    return " + ".join(terms) or f"jnp.zeros(({shape(segment, segment.freedom)}), v.dtype)"


def write_body_loads(writer: Writer, layout: LayoutIR, segment: Segment, tables: Tables) -> None:
    """External loads on the links: thrusters, and motors of joints that are kept by rows."""
    name = segment.name
    mounts = {mount.body: (i, mount) for i, mount in enumerate(layout.mounts)}
    for thruster in layout.thrusters:
        _, mount = mounts[thruster.body]
        if mount.segment != name:
            continue
        start, stop = thruster.control
        push = f"control[{start}:{stop}]"
        if thruster.kind == "force":
            key = f"thrust_{start}"
            point = tables.array(key, mount.position, f"where {thruster.body} is pushed")
            link = pick(flat(name, segment), (mount.index,), segment.count)
            wrench = f"actuation.thrust({link}, {point}, {push})"
        else:
            wrench = f"actuation.twist_torque({push})"
        _subtract(writer, segment, wrench, (mount.index,))
    closures = {closure.name: closure for closure in layout.closures}
    for number, motor in enumerate(layout.motors):
        closure = closures.get(motor.host)
        if closure is None:
            continue
        for side, jacobian in ((closure.parent, "first"), (closure.child, "second")):
            if side.segment == name:
                force = f"closures.{closure.name}_force_{number}"
                rows = f"closures.{closure.name}_coordinate.jacobian.{jacobian}"
                _subtract(writer, segment, f"actuation.joint_wrench({rows}, {force})", side.index)


def _subtract(writer: Writer, segment: Segment, wrench: str, place: tuple[int, ...]) -> None:
    """Take an external wrench off what the links must be given."""
    name = segment.name
    onto = f"tree.gather_onto({wrench}, {index(place)}, {segment.count})"
    if segment.levels > 1:
        onto += f".reshape({shape(segment, 6)})"
    writer.line(f"{name}_wrench = {name}_wrench - {onto}")


def write_joint_force(writer: Writer, layout: LayoutIR, segment: Segment, tables: Tables) -> None:
    """Generalized forces on a segment's joints: damping and motors."""
    name = segment.name
    lost = damping(segment, tables)
    force = f"-{lost} * {part('v', segment)}" if lost else ""
    force = force or f"jnp.zeros(({shape(segment, segment.freedom)}), v.dtype)"
    writer.line(f"{name}_force = {force}")
    for number, motor in enumerate(layout.motors):
        if motor.host == name:
            size = segment.count * segment.freedom
            pushed = motor_force(motor.control, motor.max_torque is not None, number)
            onto = f"tree.gather_onto({pushed}, {index(motor.members)}, {size})"
            writer.line(
                f"{name}_force = {name}_force + {onto}.reshape({shape(segment, segment.freedom)})"
            )
            if motor.max_torque is not None:
                tables.array(f"motor_{number}_bound", motor.max_torque, "largest motor torque")


def motor_force(control: tuple[int, ...], bounded: bool, number: int) -> str:
    """The forces that a group of motors exerts."""
    wanted = f"tree.pick(control, {index(control)})"
    return f"actuation.clip({wanted}, m.motor_{number}_bound)" if bounded else wanted


def _write_outward(writer: Writer, layout: LayoutIR, moving: list[Segment]) -> None:
    """Accelerations, from the roots to the tips."""
    writer.note("how everything accelerates, from the roots outwards")
    carriers = {segment.parent for segment in layout.segments}
    for segment in moving:
        name = segment.name
        parent = f"jnp.zeros(({segment.width}, 6), v.dtype)"
        if is_carried(layout, segment):
            parent = str(parents(layout, segment, "_acceleration"))
        acceleration = f"{name}_acceleration" if name in carriers else "_"
        writer.line(
            f"{name}_rate, {acceleration} = {module(segment)}.accelerate("
            f"{name}_factor, {name}, {name}_drive, {parent})"
        )
