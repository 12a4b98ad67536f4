"""Emit how rows answer to impulses, and which rows hold during impacts."""

from __future__ import annotations

from scenec.emit.closures import side
from scenec.ir.layout import Contact, LayoutIR, Segment, Side


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
    """Whether a group of rows holds during impacts too: motors take time, and contacts meet."""
    kinds = (layout.servos, layout.contacts)
    return all(group != rows.name for kind in kinds for rows in kind)
