"""Emit which forces accelerations leave unbalanced: inverse dynamics, with a factor from nearby."""

from __future__ import annotations

from scenec.emit.dynamics import (
    add_children,
    armature,
    driven_closures,
    is_carried,
    mass,
    module,
    unpacked,
    write_body_loads,
    write_joint_force,
)
from scenec.emit.kinematics import parents, part
from scenec.emit.tables import Tables
from scenec.emit.writer import Writer, index
from scenec.ir.layout import LayoutIR, Segment


def write_residual(writer: Writer, layout: LayoutIR, tables: Tables) -> None:
    """The function `residual`.

    With the mass matrix M = L Lᵀ of `factors`, found where the links have been a moment ago, the
    accelerations a that are known are those of the links' places and velocities now but for

        M⁻¹ (f - M' a) = L⁻ᵀ z        z = L⁻¹ (f - M' a)

    f the forces, M' the mass matrix now: of that M' a is all that is needed, by inverse dynamics,
    in a fraction of the time that a factor takes. If both a and M are off by O(h), a + L⁻ᵀ z is off
    by O(h²). Damping counts with the velocities `v`.
    """
    moving = [segment for segment in layout.segments if segment.freedom]
    closures = ", closures: Closures" if driven_closures(layout) else ""
    signature = (
        f"residual(m: Model, links: Links, factors: Factors{closures}, v: Array, rate: Array, "
        "control: Array) -> Array"
    )
    doc = "What the accelerations `rate` leave of the forces on the links, whitened."
    with writer.function(signature, doc):
        writer.line(f"{unpacked(layout, moving=True)} = links")
        _write_outward(writer, layout, moving)
        writer.note("and which forces that takes, from the tips inwards")
        for segment in reversed(moving):
            _write_segment(writer, layout, segment, tables)
        writer.line(_gathered(layout, moving))


def _write_outward(writer: Writer, layout: LayoutIR, moving: list[Segment]) -> None:
    writer.note("how the links accelerate, from the roots outwards")
    for segment in moving:
        name = segment.name
        parent = f"jnp.zeros(({segment.width}, 6), v.dtype)"
        if is_carried(layout, segment):
            parent = str(parents(layout, segment, "_acceleration"))
        rate = part("v", segment).replace("v[", "rate[", 1)
        writer.line(
            f"{name}_acceleration = {module(segment)}.acceleration({name}, {rate}, {parent})"
        )


def _write_segment(writer: Writer, layout: LayoutIR, segment: Segment, tables: Tables) -> None:
    name = segment.name
    motion = f"{name}.rotation, {name}.angular, {name}_acceleration"
    writer.line(f"{name}_wrench = spatial.wrench({mass(segment, tables)}, {motion}, m.gravity)")
    add_children(writer, layout, segment, "wrench", "borne")
    write_body_loads(writer, layout, segment, tables)
    write_joint_force(writer, layout, segment, tables)
    if (own := armature(segment, tables)) is not None:
        rate = part("v", segment).replace("v[", "rate[", 1)
        writer.line(f"{name}_force = {name}_force - {own} * {rate}")
    borne = f"{name}_borne" if is_carried(layout, segment) else "_"
    writer.line(
        f"{name}_left, {borne} = {module(segment)}.unbalanced("
        f"factors.{name}, {name}, {name}_wrench, {name}_force)"
    )


def _gathered(layout: LayoutIR, moving: list[Segment]) -> str:
    """The whitened forces of all joints in the places that their trees have for them."""
    size = layout.trees * layout.tile
    places, count = [layout.size_v] * size, 0
    for segment in moving:
        for tree, slot in zip(segment.trees, segment.slots, strict=True):
            for k in range(segment.freedom):
                places[tree * layout.tile + slot + k] = count
                count += 1
    listed = [f"{segment.name}_left.reshape(-1)" for segment in moving]
    padded = layout.size_v in places
    joined = f"jnp.concatenate([{', '.join(listed + ['jnp.zeros(1, v.dtype)'] * padded)}])"
    table = tuple(places)
    picked = joined if table == tuple(range(count)) else f"tree.pick({joined}, {index(table)})"
    return f"return {picked}.reshape({layout.trees}, {layout.tile})"
