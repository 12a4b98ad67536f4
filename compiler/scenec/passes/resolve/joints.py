"""Joints."""

from __future__ import annotations

from scenec.ir.scalar import ZERO, Scalar, Vector
from scenec.ir.scene import WORLD, Joint
from scenec.passes.resolve.fields import Fields
from scenec.passes.resolve.geometry import direction, has_length, unit
from scenec.passes.resolve.things import Thing, Things
from scenec.passes.resolve.topology import Link
from scenec.syntax.nodes import Text
from scenec.syntax.schema_joints import AnyJoint, Ball, Hinge, Slide, Universal, Weld

_PARALLEL = 1e-6  # sine of the least angle between the axes of a universal joint

Limits = tuple[tuple[Scalar, Scalar] | None, ...]


def links(things: Things) -> tuple[Link, ...]:
    """The joints whose bodies exist, with those bodies' full names."""
    found = (_link(joint, things) for joint in things.of["joints"].values())
    return tuple(link for link in found if link is not None)


def _link(joint: Thing, things: Things) -> Link | None:
    noun = joint.noun
    assert isinstance(noun, AnyJoint)
    parent = _parent(joint, noun.parent, things)
    child = things.find("bodies", noun.child, joint.scope) if isinstance(noun.child, Text) else None
    if parent is None or child is None:
        return None
    if parent == child.name:
        message = f"this joint connects `{parent}` to itself"
        joint.scope.report("E0505", message, noun.span, "parent and child are two bodies")
        return None
    return Link(joint, parent, child.name)


def _parent(joint: Thing, reference: str, things: Things) -> str | None:
    if not isinstance(reference, Text):
        return None
    name, _ = things.meaning(reference, joint.scope)
    if name == WORLD:
        return WORLD
    thing = things.find("bodies", reference, joint.scope)
    return thing.name if thing else None


def joint(link: Link, closes_loop: bool) -> Joint:
    """The joint that `link` names."""
    thing = link.joint
    noun = thing.noun
    assert isinstance(noun, AnyJoint)
    fields = Fields(noun, thing.scope, thing.path)
    freedom = {Hinge: 1, Slide: 1, Universal: 2, Ball: 3, Weld: 0}[type(noun)]
    moves = freedom > 0
    return Joint(
        name=thing.name,
        kind=noun.type,
        parent=link.parent,
        child=link.child,
        anchor=fields.vector("anchor"),
        child_anchor=fields.vector("child_anchor"),
        axes=_axes(fields, noun),
        limits=_limits(fields, noun, freedom),
        damping=fields.number("damping") if moves else ZERO,
        armature=fields.number("armature") if moves else ZERO,
        angle=fields.vector("angle") if moves else (),
        speed=fields.vector("speed") if moves else (),
        closes_loop=closes_loop,
        span=noun.span,
    )


def check_unlinked(thing: Thing) -> None:
    """Reports the faults of a joint whose bodies are unknown."""
    joint(Link(thing, WORLD, WORLD), closes_loop=False)


def _axes(fields: Fields, noun: AnyJoint) -> tuple[Vector, ...]:
    if isinstance(noun, Hinge | Slide):
        return (direction(fields, "axis"),)
    if not isinstance(noun, Universal):
        return ()
    both = fields.vector("axes")
    axes = (both[:3], both[3:])
    if not all(has_length(fields, "axes", axis) for axis in axes):
        return axes
    axes = (unit(axes[0]), unit(axes[1]))
    _refuse_parallel(fields, axes)
    return axes


def _refuse_parallel(fields: Fields, axes: tuple[Vector, Vector]) -> None:
    a, b = ([fields.authored(x) for x in axis] for axis in axes)
    cosine = sum(x * y for x, y in zip(a, b, strict=True))
    if 1 - cosine**2 < _PARALLEL**2:
        message = "the axes of this universal joint are parallel"
        fields.scope.report("E0507", message, fields.span("axes"), "use a hinge for one axis")


def _limits(fields: Fields, noun: AnyJoint, freedom: int) -> Limits:
    if not isinstance(noun, Hinge | Slide | Universal) or noun.limits is None:
        return (None,) * freedom
    values = fields.vector("limits")
    pairs = tuple((values[i], values[i + 1]) for i in range(0, 2 * freedom, 2))
    if any(fields.authored(low) > fields.authored(high) for low, high in pairs):
        message = "the limits are reversed: the lower one comes first"
        fields.scope.report("E0509", message, fields.span("limits"), "write [least, greatest]")
    return pairs
