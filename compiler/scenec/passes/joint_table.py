"""The geometry of a joint in the frames of the links it joins."""

from __future__ import annotations

from collections.abc import Mapping

from scenec.ir import algebra
from scenec.ir.layout import JointTable
from scenec.ir.scalar import ONE, Constant, Scalar, Vector, apply
from scenec.ir.scene import WORLD, Joint, SceneIR
from scenec.passes.weld import Placement

# Below this square of an angle its sine is the angle itself, which spares dividing by zero.
_SMALLEST_SQUARE = Constant(1e-12)


def joint_table(joint: Joint, rest: Vector, placements: Mapping[str, Placement]) -> JointTable:
    """`joint` as its links see it.

    `rest` is the child body's rotation relative to its parent at joint position 0.
    """
    parent = _placement(joint.parent, placements)
    child = _placement(joint.child, placements)
    turned = algebra.multiply(parent.rotation, rest)
    start, speed = joint.angle, joint.speed
    if joint.kind == "ball":
        start = algebra.rotate(parent.rotation, start)
        speed = algebra.rotate(parent.rotation, speed)
    return JointTable(
        name=joint.name,
        anchor=_mounted(parent, joint.anchor),
        child_anchor=_mounted(child, joint.child_anchor),
        rest=algebra.multiply(turned, algebra.transpose(child.rotation)),
        axes=tuple(x for axis in joint.axes for x in algebra.rotate(parent.rotation, axis)),
        damping=joint.damping,
        armature=joint.armature,
        start=start,
        speed=speed,
    )


def loop_rest(joint: Joint, scene: SceneIR) -> Vector:
    """Rest rotation of a joint that closes a loop: that of its bodies at the start."""
    parent = _start_rotation(joint.parent, scene)
    child = _start_rotation(joint.child, scene)
    return algebra.multiply(algebra.transpose(parent), child)


def _placement(body: str, placements: Mapping[str, Placement]) -> Placement:
    return placements.get(body, Placement(WORLD, algebra.ORIGIN, algebra.IDENTITY))


def _mounted(at: Placement, point: Vector) -> Vector:
    return algebra.add(at.position, algebra.rotate(at.rotation, point))


def _start_rotation(name: str, scene: SceneIR) -> Vector:
    """World rotation of a body at the start, through the joints that carry it."""
    if name == WORLD:
        return algebra.IDENTITY
    body = next(b for b in scene.bodies if b.name == name)
    own = algebra.rotation(body.rotation)
    joint = next((j for j in scene.joints if j.child == name and not j.closes_loop), None)
    if joint is None:
        return own
    carried = algebra.multiply(_start_rotation(joint.parent, scene), _start_turn(joint))
    return algebra.multiply(carried, own)


def _start_turn(joint: Joint) -> Vector:
    """Rotation of a joint at its initial coordinates."""
    match joint.kind:
        case "hinge" | "universal":
            turn = algebra.IDENTITY
            for axis, angle in zip(joint.axes, joint.angle, strict=True):
                turn = algebra.multiply(turn, _about(axis, angle))
            return turn
        case "ball":
            square = algebra.dot(joint.angle, joint.angle)
            angle = apply("sqrt", apply("max", square, _SMALLEST_SQUARE))
            return _about(algebra.scale(joint.angle, ONE / angle), angle)
    return algebra.IDENTITY


def _about(axis: Vector, angle: Scalar) -> Vector:
    """Rotation about a unit axis, through the quaternion of half the angle."""
    half = angle * 0.5
    sine = apply("sin", half)
    return algebra.rotation((apply("cos", half), *algebra.scale(axis, sine)))
