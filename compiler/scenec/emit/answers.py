"""Emit how rows answer to impulses, and which rows hold during impacts."""

from __future__ import annotations

from scenec.emit.closures import side
from scenec.emit.dynamics import is_round, module
from scenec.emit.kinematics import flat, shape
from scenec.emit.writer import Writer, index, pick
from scenec.ir.layout import Contact, LayoutIR, Limit, Segment, Side
from scenec.ir.scalar import ZERO


def write_response(writer: Writer, layout: LayoutIR) -> None:
    """The class `Response` and the function `respond`."""
    moving = [segment for segment in layout.segments if segment.freedom]
    with writer.record("Response", "Velocities per unit of the trees' whitened velocity."):
        for segment in moving:
            writer.line(f"{segment.name}_joint: Array")
            writer.line(f"{segment.name}: Array")
    signature = "respond(links: Links, factors: Factors) -> Response"
    with writer.function(signature, "How joints and links answer to impulses, from the roots out."):
        for segment in moving:
            _write_segment_response(writer, layout, segment)
        listed = ", ".join(f"{s.name}_joint, {s.name}" for s in moving)
        writer.line(f"return Response({listed})")


def _write_segment_response(writer: Writer, layout: LayoutIR, segment: Segment) -> None:
    name, tile = segment.name, layout.tile
    slots = tuple(tuple(range(slot, slot + segment.freedom)) for slot in segment.slots)
    flat_slots = tuple(place for row in slots for place in row)
    eye = f"jnp.eye({tile}, dtype=links.{name}.position.dtype)"
    writer.line(
        f"slots = tree.pick({eye}, {index(flat_slots)})"
        f".reshape({shape(segment, segment.freedom, tile)})"
    )
    carried = [s.name for s in layout.segments if s.freedom]
    if segment.parent in carried:
        parent = layout.segment(str(segment.parent))
        base = pick(flat(parent.name, parent), segment.parents, parent.count)
    else:
        base = f"jnp.zeros(({segment.width}, 6, {tile}), slots.dtype)"
    writer.line(
        f"{name}_joint, {name} = {module(segment)}.respond("
        f"factors.{name}, links.{name}, slots, {base})"
    )


def write_velocities(writer: Writer, layout: LayoutIR) -> None:
    """The function `velocities`, where impacts have instants of their own."""
    if layout.options.impacts != "continuous":
        return
    signature = "velocities(response: Response, whitened: Array) -> Array"
    with writer.function(signature, "The velocities that whitened ones of the trees amount to."):
        write_velocity(writer, layout, "return ", "whitened")


def write_velocity(writer: Writer, layout: LayoutIR, opening: str, whitened: str) -> None:
    """A statement that ends with the velocities that `whitened` amounts to."""
    writer.line(f"{opening}jnp.concatenate([")
    for segment in layout.segments:
        if not segment.freedom:
            continue
        z = pick(whitened, segment.trees, layout.trees)
        if segment.levels > 1:
            z += f".reshape({shape(segment, layout.tile)})"
        writer.line(
            f"    articulated.velocity_change(response.{segment.name}_joint, {z}).reshape(-1),"
        )
    writer.line("])")


def answer(layout: LayoutIR, sides: list[Side], same: bool) -> str:
    """The response of rows between links, with the `jacobian` just written."""
    responses = [side_answer(layout, s) for s in sides] + ["None"] * (2 - len(sides))
    function = "response" if always_moves(layout, sides, same) else "guarded_response"
    response = f"rows.{function}(jacobian, {', '.join(responses)})"
    return f"rows.same_tree({response})" if same else response


def always_moves(layout: LayoutIR, sides: list[Side], same: bool) -> bool:
    """Whether every row moves something: a tree with a free root yields to whatever pushes it
    from without."""
    roots = (segment for segment in layout.segments if segment.kind == "free")
    free = {tree for root in roots for tree in root.trees}
    pairs = zip(*(side.trees for side in sides), strict=True)
    return not same and all(not free.isdisjoint(pair) for pair in pairs)


def side_answer(layout: LayoutIR, of: Side) -> str:
    """How the links on one side answer; None for what does not move."""
    if of.segment is None or not layout.segment(of.segment).freedom:
        return "None"
    return side(layout, of, "", "response.") or "None"


def joint_answer(layout: LayoutIR, segment: Segment) -> str:
    """The response of the rows along a segment's degrees of freedom, (n, 1, t)."""
    size = segment.count * segment.freedom
    reshaped = f"response.{segment.name}_joint.reshape({size}, 1, {layout.tile})"
    return f"rows.Response({reshaped}, None)"


def contact_sides(c: Contact) -> list[Side]:
    """The sides of a group of pairs that are links."""
    return [c.first] if c.second is None else [c.first, c.second]


def holds(layout: LayoutIR, group: str) -> bool:
    """Whether a group of rows holds during impacts too: motors take time, and contacts meet, as do
    coordinates and the ends of their ranges."""
    kinds = (layout.servos, layout.contacts, stopping(layout))
    return all(group != rows.name for kind in kinds for rows in kind)


def has_instants(layout: LayoutIR, host: str) -> bool:
    """Whether what befalls the coordinates of a host does so at instants within a step: those of
    trees, where impacts have instants of their own."""
    on_trees = any(segment.name == host for segment in layout.segments)
    return on_trees and layout.options.impacts == "continuous"


def stopping(layout: LayoutIR) -> tuple[Limit, ...]:
    """The limits that coordinates strike at instants of their own."""
    return tuple(limit for limit in layout.limits if has_instants(layout, limit.host))


def aslant(layout: LayoutIR, c: Contact) -> bool:
    """Whether an impulse along the normal of a contact may move it along its tangents, too. That of
    a ball goes through its center."""
    tables = [c.spheres] if c.other is None else [c.spheres, c.other]
    centered = all(part == ZERO for table in tables for center in table.center for part in center)
    return turns(layout) or not centered


def bends(layout: LayoutIR) -> bool:
    """Whether steps have instants of their own, and answers that are others at each of them."""
    return layout.options.impacts == "continuous" and turns(layout)


def turns(layout: LayoutIR) -> bool:
    """Whether answers to impulses depend on where things are. Those of balls do not, nor those of
    what is free in a plane."""
    moving = [segment for segment in layout.segments if segment.freedom]
    carriers = {segment.parent for segment in layout.segments}
    single = all(s.parent is None and s.name not in carriers and s.roots for s in moving)
    return bool(layout.closures) or not (single and all(_is_even(layout, s) for s in moving))


def _is_even(layout: LayoutIR, segment: Segment) -> bool:
    """Whether all links of a segment answer alike however they are turned."""
    if segment.kind == "planar":
        return all(part == ZERO for link in segment.links for part in link.moment)
    return is_round(layout, segment)
