"""Principal moments of inertia: given, of a solid, or of the contact spheres."""

from __future__ import annotations

from collections.abc import Callable

from scenec.ir.algebra import diagonal, offset_inertia
from scenec.ir.scalar import ZERO, Constant, Scalar, Vector
from scenec.ir.scene import Solid, Sphere
from scenec.passes.resolve.context import POISON
from scenec.passes.resolve.fields import Fields
from scenec.syntax.nodes import Items, Text
from scenec.syntax.schema_bodies import (
    MOMENTS,
    Body,
    BoxInertia,
    CylinderInertia,
    SphereInertia,
)

_PRINCIPAL = 1e-9  # products of inertia below this share of the moments count as rounding


def inertia(
    fields: Fields, body: Body, mass: Scalar, spheres: tuple[Sphere, ...]
) -> tuple[Vector, Solid | None]:
    """The principal moments of `body` [kg m^2], and the solid they are those of, if it is one."""
    form = body.inertia
    if form is None:
        return _of_spheres(fields, mass, spheres), None
    if isinstance(form, Text | Items):
        return fields.vector("inertia", MOMENTS), None
    kind, moments = _SOLIDS[type(form)]
    size = fields.within("inertia", form).vector(kind)
    return moments(mass, size), Solid(kind, size)


def _square(x: Scalar) -> Scalar:
    return x * x


def _box(mass: Scalar, edges: Vector) -> Vector:
    x, y, z = (_square(edge) for edge in edges)
    twelfth = mass / 12.0
    return (twelfth * (y + z), twelfth * (x + z), twelfth * (x + y))


def _sphere(mass: Scalar, radius: Vector) -> Vector:
    moment = mass * Constant(0.4) * _square(radius[0])
    return (moment, moment, moment)


def _cylinder(mass: Scalar, sizes: Vector) -> Vector:
    radius, height = (_square(size) for size in sizes)
    across = mass / 12.0 * (3.0 * radius + height)
    return (across, across, mass * 0.5 * radius)


_SOLIDS: dict[type, tuple[str, Callable[[Scalar, Vector], Vector]]] = {
    BoxInertia: ("box", _box),
    SphereInertia: ("sphere", _sphere),
    CylinderInertia: ("cylinder", _cylinder),
}


def _of_spheres(fields: Fields, mass: Scalar, spheres: tuple[Sphere, ...]) -> Vector:
    """Solid spheres that share the mass in proportion to their volumes, about the body's origin."""
    if not spheres:
        _report_none(fields)
        return (POISON,) * 3
    volumes = [sphere.radius * _square(sphere.radius) for sphere in spheres]
    total = sum(volumes[1:], volumes[0])
    moments: Vector = (ZERO,) * 9
    for sphere, volume in zip(spheres, volumes, strict=True):
        share = mass * (volume / total)
        own = share * Constant(0.4) * _square(sphere.radius)
        shifted = offset_inertia(diagonal((own, own, own)), share, sphere.center)
        moments = tuple(a + b for a, b in zip(moments, shifted, strict=True))
    _refuse_products(fields, moments)
    return (moments[0], moments[4], moments[8])


def _report_none(fields: Fields) -> None:
    broken = fields.scope.context.broken
    below = [p for p in broken if p[: len(fields.path)] == fields.path]
    if not below:
        hint = "add `inertia:`, or spheres to take it from"
        name = fields.path[-1]
        message = f"the body `{name}` has no inertia"
        fields.scope.report("E0501", message, fields.noun.span, hint)


def _refuse_products(fields: Fields, moments: Vector) -> None:
    largest = max(abs(fields.authored(moments[i])) for i in (0, 4, 8))
    if any(abs(fields.authored(moments[i])) > _PRINCIPAL * largest for i in (1, 2, 5)):
        message = "the inertia of these spheres has products: x, y and z are not its principal axes"
        hint = "give `inertia:`, or place the spheres symmetrically"
        fields.scope.report("E0502", message, fields.noun.span, hint)
