"""Emit impacts at their own instants: the sides that may strike each other, and what holds."""

from __future__ import annotations

from scenec.emit.closures import side
from scenec.emit.dynamics import module, unpacked
from scenec.emit.kinematics import flat, shape
from scenec.emit.writer import Writer, index, pick
from scenec.ir.layout import Contact, LayoutIR, Limit, Side
from scenec.ir.scalar import ZERO
from scenec.passes.islands import islands


def write_drifts(writer: Writer, layout: LayoutIR) -> None:
    """The function `drifting`, where contacts are impacts with instants of their own."""
    if not layout.contacts or layout.options.impacts != "continuous":
        return
    doc = "Accelerations of the links when no joint accelerates."
    with writer.function("drifting(links: Links) -> LinkTwists", doc):
        for segment in layout.segments:
            name, zero = segment.name, f"jnp.zeros(({segment.width}, 6), links"
            dtype = f".{name}.position.dtype)"
            if not segment.freedom:
                writer.line(f"{name} = {zero}{dtype}")
                continue
            base = zero + dtype
            if segment.parent is not None:
                parent = layout.segment(segment.parent)
                base = pick(flat(parent.name, parent), segment.parents, parent.count)
            rate = f"jnp.zeros(({shape(segment, segment.freedom)}), links{dtype}"
            rule = f"{module(segment)}.acceleration"
            writer.line(f"{name} = {rule}(links.{name}, {rate}, {base})")
        writer.line(f"return LinkTwists({unpacked(layout).rstrip(',')})")


def write_sides(writer: Writer, layout: LayoutIR, c: Contact) -> None:
    """The two sides of a group of pairs, `name_first` and `name_second`."""
    writer.line(f"{c.name}_first = {_side(layout, c.first, f'{c.name}_spheres')}")
    if c.second is None:
        writer.line(f"{c.name}_second = m.{c.name}_against")
    else:
        writer.line(f"{c.name}_second = {_side(layout, c.second, f'{c.name}_others')}")


def _side(layout: LayoutIR, of: Side, spheres: str) -> str:
    moves = layout.segment(str(of.segment)).freedom > 0
    parts = [side(layout, of, "", f"{source}.") for source in ("before", "after", "drift")]
    response = side(layout, of, "", "response.") if moves else "None"
    links = side(layout, of, "", "links.")
    listed = f"{links}, m.{spheres}, {', '.join(map(str, parts))}, {response}"
    return f"approach.Side({listed}, {index(of.trees)})"


def field(c: Contact, aslant: bool, guarded: bool) -> str:
    """A group of pairs as the impacts see it."""
    sides = f"{c.name}_first, {c.name}_second, m.{c.name}_surface"
    elastic = any(value != ZERO for value in c.restitution)
    kinds = f"{c.same_tree}, {aslant}, {guarded}, {elastic}"
    return f"pairs.Field({sides}, {kinds}, {index(c.colors)})"


def stops_of(limit: Limit, place: int) -> str:
    """Limits, whose group is at `place`, as the impacts see them."""
    ends = f"m.{limit.name}_lower, m.{limit.name}_upper"
    return f"stop.Stops(groups[{place}], {limit.name}_motion, {ends})"


def foresight(
    layout: LayoutIR, fields: list[str], stops: list[str], held: list[int], met: list[int]
) -> str:
    """The call that finds what strikes when; `held` are the places of the groups that hold, `met`
    those of the fields and the stops."""
    tables = f"{index(tuple(held))}, {index(tuple(met))}, {index(islands(layout))}"
    holding = f"impact.Kept(groups, {tables})"
    striking = f"({''.join(f'{f}, ' for f in fields)}), ({''.join(f'{s}, ' for s in stops)})"
    return f"impact.foresee({striking}, {holding}, solution, m.dt)"
