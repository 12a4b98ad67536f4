"""Emit where bodies may touch: the geometry of all contacts, and how far they are from touching."""

from __future__ import annotations

from scenec.emit.closures import side
from scenec.emit.tables import Entries, Tables
from scenec.emit.writer import Writer, listing
from scenec.ir.layout import Contact, LayoutIR, Side
from scenec.ir.scalar import Vector


def write_meeting(writer: Writer, layout: LayoutIR, tables: Tables) -> None:
    """The class `Contacts` and the function `meet`, where there are contacts."""
    if not layout.contacts:
        return
    with writer.record("Contacts", "The geometry of all contacts."):
        for c in layout.contacts:
            writer.line(f"{c.name}: contact.Contact")
    doc = "Where spheres and planes may touch, whether they do or not."
    with writer.function("meet(m: Model, links: Links) -> Contacts", doc):
        for c in layout.contacts:
            writer.note(contact_note(c))
            writer.line(f"{c.name} = {_geometry(c, layout, tables)}")
        writer.line(f"return Contacts({', '.join(c.name for c in layout.contacts)})")


def write_clearances(writer: Writer, layout: LayoutIR) -> None:
    """The function `clearances`."""
    signature = "clearances(params: Params, state: State) -> Clearances"
    with writer.function(signature, "How far all contacts are from touching."):
        if not layout.contacts:
            writer.line("nothing = jnp.zeros(0, state.q.dtype)")
            writer.line("return Clearances(nothing, nothing)")
            return
        writer.line("m = model(params, state.q.dtype)")
        writer.line("links = kinematics(m, state.q, state.v)")
        writer.line("contacts, moved = meet(m, links), moving(links, state.v)")
        gaps = [f"contacts.{c.name}.gap" for c in layout.contacts]
        rates = [_rate(c, layout) for c in layout.contacts]
        writer.line(f"gap = jnp.concatenate([{', '.join(gaps)}])")
        writer.line(f"rate = jnp.concatenate([{', '.join(rates)}])")
        writer.line("return Clearances(gap, rate)")


def contact_note(c: Contact) -> str:
    """What the contacts of a group are, as a comment."""
    bodies = list(dict.fromkeys(c.spheres.bodies))
    against = list(dict.fromkeys(c.planes or (c.other.bodies if c.other else ())))
    return f"contacts of {listing(bodies)} with {listing(against)}"


def _geometry(c: Contact, layout: LayoutIR, tables: Tables) -> str:
    def spheres(name: str, center: tuple[Vector, ...], radius: Vector) -> str:
        fields: dict[str, Entries] = {"center": center, "radius": radius}
        return tables.record(name, "contact.Spheres", fields, "spheres on their links")

    first = side(layout, c.first, "", "links.")
    own = spheres(f"{c.name}_spheres", c.spheres.center, c.spheres.radius)
    if c.second is None or c.other is None:
        planes = tables.record(
            f"{c.name}_against",
            "contact.Planes",
            {"normal": c.normals, "offset": c.offsets},
            f"planes {listing(list(dict.fromkeys(c.planes)))}",
        )
        return f"contact.sphere_plane({first}, {own}, {planes})"
    others = spheres(f"{c.name}_others", c.other.center, c.other.radius)
    second = side(layout, c.second, "", "links.")
    return f"contact.sphere_sphere({first}, {own}, {second}, {others})"


def _rate(c: Contact, layout: LayoutIR) -> str:
    """The normal velocities of a group."""

    def twist(of: Side | None) -> str:
        if of is None:
            return "None"
        still = f"jnp.zeros(({len(of.index)}, 6), gap.dtype)"
        return side(layout, of, "", "moved.") or still

    twists = f"{twist(c.first)}, {twist(c.second)}"
    return f"rows.velocity(contacts.{c.name}.jacobian, {twists})[:, 0]"
