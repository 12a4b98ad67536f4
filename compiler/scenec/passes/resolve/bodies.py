"""Bodies."""

from __future__ import annotations

from scenec.ir.algebra import ORIGIN
from scenec.ir.scalar import Vector
from scenec.ir.scene import Body, Sphere
from scenec.passes.resolve.fields import Fields
from scenec.passes.resolve.geometry import quaternion
from scenec.passes.resolve.inertia import inertia
from scenec.passes.resolve.things import Thing
from scenec.passes.resolve.world import Surfaces
from scenec.syntax import schema_bodies as schema

_ROUNDING = 1e-12


def body(thing: Thing, carried: bool, surfaces: Surfaces) -> Body:
    """The body; `carried` says that it hangs on a joint, from which its pose then follows."""
    noun = thing.noun
    assert isinstance(noun, schema.Body)
    fields = Fields(noun, thing.scope, thing.path)
    spheres = _spheres(fields, noun, surfaces)
    mass = fields.number("mass")
    placed = not carried or bool(noun.model_fields_set & {"position", "velocity"})
    position, linear, angular = _placement(fields, noun) if placed else (ORIGIN,) * 3
    moments, solid = inertia(fields, noun, mass, spheres)
    made = Body(
        name=thing.name,
        root=None if carried else noun.root or "free",
        mass=mass,
        inertia=moments,
        solid=solid,
        position=position,
        rotation=quaternion(fields, noun),
        linear=linear,
        angular=angular,
        spheres=spheres,
        span=noun.span,
    )
    if carried:
        _refuse_pose(fields, noun)
    elif made.root == "planar":
        _refuse_leaving_plane(fields, made)
    return made


def _placement(fields: Fields, noun: schema.Body) -> tuple[Vector, Vector, Vector]:
    """Position, linear and angular velocity of a body that hangs on no joint."""
    velocity = fields.within("velocity", noun.velocity)
    return fields.vector("position"), velocity.vector("linear"), velocity.vector("angular")


def _spheres(fields: Fields, noun: schema.Body, surfaces: Surfaces) -> tuple[Sphere, ...]:
    made = []
    for number, sphere in enumerate(noun.spheres):
        part = fields.within(f"spheres.{number}", sphere)
        material = surfaces.of(sphere.material, fields.scope)
        made.append(Sphere(part.vector("center"), part.number("radius"), material, sphere.span))
    return tuple(made)


def _refuse_pose(fields: Fields, noun: schema.Body) -> None:
    """A joint's child is where its joint puts it."""
    for field, instead in (("position", "anchor` and `child_anchor"), ("velocity", "speed")):
        if field in noun.model_fields_set:
            span = fields.span("position") if field == "position" else noun.velocity.span
            message = f"`{field}` of a joint's child follows from the joint"
            hint = f"take it away and use the joint's `{instead}`"
            fields.scope.report("E0503", message, span, hint)


def _refuse_leaving_plane(fields: Fields, made: Body) -> None:
    """A planar body moves in x and z and turns about y."""
    _, x, _, z = made.rotation
    checks: tuple[tuple[str, Vector], ...] = (
        ("its rotation must be about the y axis", (x, z)),
        ("its linear velocity must have no y component", made.linear[1:2]),
        ("its angular velocity must be along y", (made.angular[0], made.angular[2])),
    )
    for message, zeros in checks:
        if any(abs(fields.authored(value)) > _ROUNDING for value in zeros):
            text = f"`{made.name}` moves in the x-z plane: {message}"
            fields.scope.report("E0506", text, made.span, "or make it `root: free`")
