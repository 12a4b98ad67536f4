"""Emit what the scene consists of, for those who draw it: sizes and places by the parameters."""

from __future__ import annotations

from scenec.emit.brackets import Brackets
from scenec.emit.tables import Entries, array, write_preamble
from scenec.emit.writer import Writer
from scenec.ir.algebra import ORIGIN
from scenec.ir.scalar import ZERO, Vector
from scenec.ir.scene import Body, Joint, SceneIR

_AXES = 2  # rows of axes that every joint has; those it does not use are zero


def write_geometry(writer: Writer, scene: SceneIR) -> None:
    """The function `geometry`."""
    fields = _fields(scene)
    with writer.function("geometry(params: Params) -> Geometry", "Sizes and places of all parts."):
        writer.line("dtype = tables.dtype_of(params)")
        expressions = write_preamble(writer, scene.parameters, [e for e, _ in fields.values()])
        items = tuple(
            array(entries, expressions, name) if entries else _empty(name, shape)
            for name, (entries, shape) in fields.items()
        )
        writer.statement("return ", Brackets("Geometry(", items, ")"))


def _fields(scene: SceneIR) -> dict[str, tuple[tuple[Entries, ...], tuple[int, ...]]]:
    """The fields of `Geometry`: their entries, and the shape of one."""
    spheres = [sphere for body in scene.bodies for sphere in body.spheres]
    return {
        "mass": (tuple(body.mass for body in scene.bodies), ()),
        "inertia": (tuple(body.inertia for body in scene.bodies), (3,)),
        "size": (tuple(_size(body) for body in scene.bodies), (3,)),
        "center": (tuple(sphere.center for sphere in spheres), (3,)),
        "radius": (tuple(sphere.radius for sphere in spheres), ()),
        "normal": (tuple(plane.normal for plane in scene.planes), (3,)),
        "offset": (tuple(plane.offset for plane in scene.planes), ()),
        "anchor": (tuple(joint.anchor for joint in scene.joints), (3,)),
        "child_anchor": (tuple(joint.child_anchor for joint in scene.joints), (3,)),
        "axes": (tuple(_axes(joint) for joint in scene.joints), (_AXES, 3)),
    }


def _size(body: Body) -> Vector:
    size = () if body.solid is None else body.solid.size
    return (*size, *(ZERO,) * (3 - len(size)))


def _axes(joint: Joint) -> tuple[Vector, ...]:
    return (*joint.axes, *(ORIGIN,) * (_AXES - len(joint.axes)))


def _empty(name: str, shape: tuple[int, ...]) -> str:
    return f"{name}=jnp.zeros({(0, *shape)}, dtype)"
