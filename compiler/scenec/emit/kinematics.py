"""Emit where everything is: poses and twists of all links, from the roots to the tips."""

from __future__ import annotations

from scenec.emit.tables import Entries, Tables, matrix, triples
from scenec.emit.writer import Writer, listing, pick
from scenec.ir.layout import JointTable, LayoutIR, Segment

JOINTED = ("hinge", "slide", "universal", "ball")


def write_kinematics(writer: Writer, layout: LayoutIR, tables: Tables) -> None:
    """The class `Links` and the function `kinematics`."""
    prefix = tables.prefix
    links = f"{prefix.title().replace('_', '')}Links"
    with writer.record(links, "Poses and twists of all links, a level per group of alike links."):
        for segment in layout.segments:
            writer.line(f"{segment.name}: Level  # {names(segment)}")
    signature = f"{prefix}kinematics(m: {tables.model}, q: Array, v: Array) -> {links}"
    with writer.function(signature, "Where all links are and how they move, from the roots out."):
        for segment in layout.segments:
            writer.note(f"{segment.kind}: {names(segment)}")
            _write_segment(writer, layout, segment, tables)
        writer.line()
        writer.line(f"return {links}({', '.join(s.name for s in layout.segments)})")


def names(segment: Segment) -> str:
    """The links of a segment, for a comment."""
    return listing([link.bodies[0] for link in segment.links])


def shape(segment: Segment, *tail: int) -> str:
    """The shape of a quantity of every link of a segment, as arguments of reshape."""
    head = (segment.levels, segment.width) if segment.levels > 1 else (segment.width,)
    return ", ".join(map(str, (*head, *tail)))


def part(vector: str, segment: Segment) -> str:
    """The segment's share of the coordinates `q` or of velocities, by link."""
    start, stop = segment.q if vector == "q" else segment.v
    size = (stop - start) // segment.count
    return f"{vector}[{start}:{stop}].reshape({shape(segment, size)})"


def flat(name: str, segment: Segment) -> str:
    """The quantity `name` of a segment with one leading axis for all its links."""
    return f"tree.flatten_run({name})" if segment.levels > 1 else name


def parents(layout: LayoutIR, segment: Segment, suffix: str = "") -> str | None:
    """The parents' value of the quantity `suffix` for a segment's first level; None: the world."""
    if segment.parent is None:
        return None
    parent = layout.segment(segment.parent)
    return pick(flat(parent.name + suffix, parent), segment.parents, parent.count)


def joint_fields(joints: tuple[JointTable, ...]) -> dict[str, tuple[Entries, ...]]:
    """The fields of `joints.Joint` for a level of joints."""
    return {
        "anchor": tuple(j.anchor for j in joints),
        "child_anchor": tuple(j.child_anchor for j in joints),
        "rest": tuple(matrix(j.rest) for j in joints),
        "axes": tuple(triples(j.axes) or ((),) for j in joints),
    }


def _write_segment(writer: Writer, layout: LayoutIR, segment: Segment, tables: Tables) -> None:
    name = segment.name
    if segment.kind == "free":
        writer.line(f"{name} = joints.free({part('q', segment)}, {part('v', segment)})")
        return
    if segment.kind in ("planar", "fixed"):
        pose = tables.record(
            f"{name}_pose",
            "joints.Pose",
            {
                "position": tuple(root.position for root in segment.roots),
                "rotation": tuple(matrix(root.rotation) for root in segment.roots),
            },
            f"initial pose: {names(segment)}",
        )
        moving = f", {part('q', segment)}, {part('v', segment)}" if segment.freedom else ""
        writer.line(f"{name} = joints.{segment.kind}({pose}{moving})")
        return
    fields = joint_fields(segment.joints)
    if segment.levels > 1:
        fields = {field: by_level(segment, rows) for field, rows in fields.items()}
    doc = f"joints {listing([joint.name for joint in segment.joints])}"
    joint = tables.record(f"{name}_joint", "joints.Joint", fields, doc)
    parent = parents(layout, segment) or f"tree.world({segment.width}, q.dtype)"
    writer.line(f"parent = {parent}")
    call = (
        f"joints.{segment.kind}(" if segment.levels == 1 else f"chain.carry(joints.{segment.kind}, "
    )
    writer.line(f"{name} = {call}{joint}, parent, {part('q', segment)}, {part('v', segment)})")


def by_level(segment: Segment, rows: tuple[Entries, ...]) -> tuple[Entries, ...]:
    """Values by link as values by level and link, where the segment is a run."""
    if segment.levels == 1:
        return rows
    width = segment.width
    return tuple(rows[i : i + width] for i in range(0, len(rows), width))
