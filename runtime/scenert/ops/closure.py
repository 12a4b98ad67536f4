"""Joints kept by rows: closed loops, and every joint in maximal coordinates.

Each function takes the links of n joints, `parent` and `child` (n each), and returns the rows that
hold the joint together, with the position error that stabilization removes. `turn` and `slide`
give the joint's own coordinates, on which limits, servos and passive forces act.

Notation: R_p, R_c rotations of parent and child; a an axis fixed in the parent; x the anchors in
the world; ω = ω_c - ω_p. The rate of every error below is its Jacobian times the twists, exactly.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from scenert.ops import rotation, rows, vector
from scenert.ops.joints import Joint
from scenert.ops.rows import Jacobian
from scenert.ops.tree import Level
from scenert.ops.vector import apply, cross, dot


class Closure(NamedTuple):
    """n joints of m rows: Jacobian and position error (n, m) in m or rad."""

    jacobian: Jacobian
    error: Array


class Coordinate(NamedTuple):
    """n joint coordinates of k degrees of freedom: value (n, k), the Jacobian of its rate, and the
    acceleration (n, k) that it has when no link accelerates."""

    value: Array
    jacobian: Jacobian
    bias: Array


def ball(joint: Joint, parent: Level, child: Level) -> Closure:
    """3 rows: the anchors coincide. Error x_c - x_p along the world's axes."""
    lever, arm, apart = _anchors(joint, parent, child)
    axes = jnp.broadcast_to(jnp.eye(3, dtype=apart.dtype), (*apart.shape[:-1], 3, 3))
    jacobian = rows.relative(rows.point_wrench(axes, lever), rows.point_wrench(axes, arm))
    return Closure(jacobian, apart)


def hinge(joint: Joint, parent: Level, child: Level) -> Closure:
    """5 rows: the anchors coincide, and the child's axis stays orthogonal to two directions t_i of
    the parent. Error t_i · a_c, whose rate is (a_c × t_i) · ω."""
    local = joint.axes[:, 0]
    axis = _carried_axis(joint, child, local)
    error, directions = [], []
    for tangent in vector.perpendiculars(local):
        t = apply(parent.rotation, tangent)
        error.append(dot(t, axis))
        directions.append(cross(axis, t))
    return _join(ball(joint, parent, child), _turning(directions, error))


def universal(joint: Joint, parent: Level, child: Level) -> Closure:
    """4 rows: the anchors coincide, and the axes a_1 (parent) and a_2 (child) keep their angle.

    Error a_1 · a_2 - its value at position 0; its rate is (a_2 × a_1) · ω.
    """
    first = apply(parent.rotation, joint.axes[:, 0])
    second = _carried_axis(joint, child, joint.axes[:, 1])
    error = dot(first, second) - dot(joint.axes[:, 0], joint.axes[:, 1])
    turning = _turning([cross(second, first)], [error])
    return _join(ball(joint, parent, child), turning)


def weld(joint: Joint, parent: Level, child: Level) -> Closure:
    """6 rows: the anchors coincide and the rotation is the rest rotation."""
    return _join(ball(joint, parent, child), _aligned(joint, parent, child))


def slide(joint: Joint, parent: Level, child: Level) -> Closure:
    """5 rows: no rotation, and no displacement along two directions t_i orthogonal to the axis.

    Error t_i · (x_c - x_p); as t_i turns with the parent, its rate is t_i · (ẋ_c - v), v the
    velocity of the parent's material point at x_c.
    """
    tangents = jnp.stack(vector.perpendiculars(joint.axes[:, 0]), axis=-2)
    directions = tangents @ jnp.swapaxes(parent.rotation, -1, -2)
    travel = _travel(joint, parent, child, directions)
    return _join(travel, _aligned(joint, parent, child))


def turn(joint: Joint, parent: Level, child: Level) -> Coordinate:
    """Angles and rates of n hinges (k = 1) or universals (k = 2).

    With B = R_pᵀ R_c restᵀ the rotation of the child from position 0, a hinge's angle takes any
    direction t orthogonal to the axis to B t. For a universal B = Rot(a_1, q_1) Rot(a_2, q_2):
    q_1 takes a_2 to B a_2, and q_2 takes Bᵀ a_1 to a_1. Its rates are the components of ω in the
    basis (a_1, a_2), read off by the dual basis.
    """
    matrix = (
        jnp.swapaxes(parent.rotation, -1, -2) @ child.rotation @ jnp.swapaxes(joint.rest, -1, -2)
    )
    if joint.axes.shape[1] == 1:
        axis = joint.axes[:, 0]
        tangent, _ = vector.perpendiculars(axis)
        value = rotation.angle_about(axis, tangent, apply(matrix, tangent))[:, None]
        duals = apply(parent.rotation, axis)[:, None]
        return _turned(value, duals, parent, child)
    a, b = joint.axes[:, 0], joint.axes[:, 1]
    back = apply(jnp.swapaxes(matrix, -1, -2), a)
    value = jnp.stack(
        [rotation.angle_about(a, b, apply(matrix, b)), rotation.angle_about(b, back, a)], axis=-1
    )
    first = apply(parent.rotation, a)
    second = apply(parent.rotation @ matrix, b)
    shared = dot(a, b)[:, None]
    scale = 1.0 / (1.0 - shared * shared)
    duals = jnp.stack(
        [(first - shared * second) * scale, (second - shared * first) * scale], axis=-2
    )
    return _turned(value, duals, parent, child)


def shift(joint: Joint, parent: Level, child: Level) -> Coordinate:
    """Displacements (n, 1) and rates of n slides.

    Both turn with the same ω, so with r from the parent's to the child's origin the child would be
    carried along at ω × (ω × r): a child that does not accelerate slides by that much less.
    """
    directions = joint.axes[:, :1] @ jnp.swapaxes(parent.rotation, -1, -2)
    travel = _travel(joint, parent, child, directions)
    offset = child.position - parent.position
    pull = cross(parent.angular, cross(parent.angular, offset))
    return Coordinate(travel.error, travel.jacobian, -apply(directions, pull))


def relative_turn(joint: Joint, parent: Level, child: Level) -> Coordinate:
    """Rotation of n ball joints: value (n, 9), the rotation from position 0 in the parent's frame;
    the rate is the angular velocity along the parent's axes."""
    matrix = (
        jnp.swapaxes(parent.rotation, -1, -2) @ child.rotation @ jnp.swapaxes(joint.rest, -1, -2)
    )
    directions = jnp.swapaxes(parent.rotation, -1, -2)
    return _turned(matrix.reshape(-1, 9), directions, parent, child)


def _turned(value: Array, directions: Array, parent: Level, child: Level) -> Coordinate:
    """Coordinates whose rates are ω along `directions`.

    These turn with the parent, so the bias is -(ω_p × ω) along them; that a universal's first axis
    carries the second one adds a × b, which is orthogonal to both directions.
    """
    swing = cross(parent.angular, child.angular - parent.angular)
    return Coordinate(value, _about(directions), -apply(directions, swing))


def _about(directions: Array) -> Jacobian:
    wrench = rows.axis_wrench(directions)
    return rows.relative(wrench, wrench)


def _turning(directions: list[Array], error: list[Array]) -> Closure:
    return Closure(_about(jnp.stack(directions, axis=-2)), jnp.stack(error, axis=-1))


def _aligned(joint: Joint, parent: Level, child: Level) -> Closure:
    """3 rows against rotation: the error is the rotation vector of R_c (R_p rest)ᵀ."""
    away = child.rotation @ jnp.swapaxes(parent.rotation @ joint.rest, -1, -2)
    axes = jnp.broadcast_to(jnp.eye(3, dtype=away.dtype), away.shape)
    return Closure(_about(axes), rotation.rotation_vector(away))


def _travel(joint: Joint, parent: Level, child: Level, directions: Array) -> Closure:
    lever, arm, apart = _anchors(joint, parent, child)
    here = rows.point_wrench(directions, lever + apart)
    jacobian = rows.relative(here, rows.point_wrench(directions, arm))
    return Closure(jacobian, apply(directions, apart))


def _anchors(joint: Joint, parent: Level, child: Level) -> tuple[Array, Array, Array]:
    """Anchors from the parent's and the child's origin, and from one to the other: (n, 3) each."""
    lever = apply(parent.rotation, joint.anchor)
    arm = apply(child.rotation, joint.child_anchor)
    return lever, arm, child.position + arm - parent.position - lever


def _carried_axis(joint: Joint, child: Level, axis: Array) -> Array:
    """World direction, as the child holds it, of an axis in the parent's frame at position 0."""
    return apply(child.rotation @ jnp.swapaxes(joint.rest, -1, -2), axis)


def _join(a: Closure, b: Closure) -> Closure:
    def both(x: Array | None, y: Array | None) -> Array | None:
        return None if x is None or y is None else jnp.concatenate([x, y], axis=1)

    first = jnp.concatenate([a.jacobian.first, b.jacobian.first], axis=1)
    jacobian = Jacobian(first, both(a.jacobian.second, b.jacobian.second))
    return Closure(jacobian, jnp.concatenate([a.error, b.error], axis=1))
