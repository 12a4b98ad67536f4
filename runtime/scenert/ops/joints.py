"""Forward kinematics of every kind of joint: the parent's level and joint coordinates give a level.

With the joint's anchor at lever R_p a from the parent's origin and the link's origin at arm -R c
from the anchor, the origin's velocity is v_p + ω_p × lever + ω × arm, and its acceleration at zero
joint and parent acceleration ω_p × (ω_p × lever) + α × arm + ω × (ω × arm).
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from scenert.ops import rotation, vector
from scenert.ops.tree import Level
from scenert.ops.vector import apply, cross


class Joint(NamedTuple):
    """The fixed geometry of w joints.

    anchor (w, 3) m in the parent's frame, child_anchor (w, 3) m in the link's, rest (w, 3, 3): the
    link's rotation relative to its parent at joint position 0, axes (w, n, 3): unit vectors in the
    parent's frame at joint position 0.
    """

    anchor: Array
    child_anchor: Array
    rest: Array
    axes: Array


class Pose(NamedTuple):
    """The initial or fixed pose of w roots: position (w, 3) m, rotation (w, 3, 3)."""

    position: Array
    rotation: Array


def free(q: Array, v: Array) -> Level:
    """Roots that move freely: q (w, 12) position and rotation matrix, v (w, 6) their twists."""
    count = q.shape[0]
    subspace = jnp.broadcast_to(jnp.eye(6, dtype=q.dtype), (count, 6, 6))
    matrix = q[:, 3:].reshape(count, 3, 3)
    return _root(q[:, :3], matrix, subspace, v)


def planar(pose: Pose, q: Array, v: Array) -> Level:
    """Roots that move in the x-z plane: q (w, 3) x, z, pitch about +y; v (w, 3) their rates."""
    count, dtype = q.shape[0], q.dtype
    y = jnp.broadcast_to(jnp.array([0, 1, 0], dtype), (count, 3))
    position = jnp.stack([q[:, 0], pose.position[:, 1], q[:, 1]], axis=-1)
    matrix = rotation.about(y, q[:, 2])
    columns = jnp.array([[0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 1], [0, 1, 0, 0, 0, 0]], dtype).T
    return _root(position, matrix, jnp.broadcast_to(columns, (count, 6, 3)), v)


def fixed(pose: Pose) -> Level:
    """Roots that do not move."""
    count, dtype = pose.position.shape[0], pose.position.dtype
    subspace = jnp.zeros((count, 6, 0), dtype)
    return _root(pose.position, pose.rotation, subspace, jnp.zeros((count, 0), dtype))


def _root(position: Array, matrix: Array, subspace: Array, v: Array) -> Level:
    twist = apply(subspace, v)
    zero = jnp.zeros_like(twist)
    return Level(position, matrix, twist[:, :3], twist[:, 3:], zero[:, :3], subspace, zero)


def hinge(joint: Joint, parent: Level, q: Array, v: Array) -> Level:
    """One axis fixed in the parent: q (w, 1) rad, v (w, 1) rad/s."""
    axis = apply(parent.rotation, joint.axes[:, 0])
    turned = parent.rotation @ rotation.about(joint.axes[:, 0], q[:, 0])
    spin = axis * v
    swing = cross(parent.angular, spin)
    return _rotational(joint, parent, turned, axis[:, :, None], spin, swing)


def universal(joint: Joint, parent: Level, q: Array, v: Array) -> Level:
    """A first axis fixed in the parent carries a second one: q (w, 2) rad, v (w, 2) rad/s."""
    halfway = parent.rotation @ rotation.about(joint.axes[:, 0], q[:, 0])
    first = apply(parent.rotation, joint.axes[:, 0])
    second = apply(halfway, joint.axes[:, 1])
    turned = halfway @ rotation.about(joint.axes[:, 1], q[:, 1])
    turn, roll = first * v[:, :1], second * v[:, 1:]
    swing = cross(parent.angular, turn) + cross(parent.angular + turn, roll)
    axes = jnp.stack([first, second], axis=-1)
    return _rotational(joint, parent, turned, axes, turn + roll, swing)


def ball(joint: Joint, parent: Level, q: Array, v: Array) -> Level:
    """Any rotation: q (w, 9) its matrix, v (w, 3) rad/s, both in the parent's frame."""
    turned = parent.rotation @ q.reshape(-1, 3, 3)
    spin = apply(parent.rotation, v)
    swing = cross(parent.angular, spin)
    return _rotational(joint, parent, turned, parent.rotation, spin, swing)


def _rotational(
    joint: Joint, parent: Level, turned: Array, axes: Array, spin: Array, swing: Array
) -> Level:
    """Level of links that turn about their anchors: `axes` (w, 3, k) span the relative angular
    velocity `spin`, and `swing` is their angular acceleration at zero joint acceleration."""
    matrix = turned @ joint.rest
    lever = apply(parent.rotation, joint.anchor)
    arm = -apply(matrix, joint.child_anchor)
    angular = parent.angular + spin
    linear = parent.linear + cross(parent.angular, lever) + cross(angular, arm)
    pull = cross(parent.angular, cross(parent.angular, lever))
    pull = pull + cross(swing, arm) + cross(angular, cross(angular, arm))
    offset = lever + arm
    return Level(
        position=parent.position + offset,
        rotation=matrix,
        angular=angular,
        linear=linear,
        offset=offset,
        subspace=jnp.concatenate([axes, -vector.cross_columns(arm, axes)], axis=-2),
        bias=jnp.concatenate([swing, pull], axis=-1),
    )


def slide(joint: Joint, parent: Level, q: Array, v: Array) -> Level:
    """Motion along an axis fixed in the parent: q (w, 1) m, v (w, 1) m/s."""
    matrix = parent.rotation @ joint.rest
    axis = apply(parent.rotation, joint.axes[:, 0])
    lever = apply(parent.rotation, joint.anchor)
    offset = lever + axis * q - apply(matrix, joint.child_anchor)
    travel = axis * v
    pull = cross(parent.angular, cross(parent.angular, offset)) + 2.0 * cross(
        parent.angular, travel
    )
    zero = jnp.zeros_like(axis)
    return Level(
        position=parent.position + offset,
        rotation=matrix,
        angular=parent.angular,
        linear=parent.linear + cross(parent.angular, offset) + travel,
        offset=offset,
        subspace=jnp.concatenate([zero, axis], axis=-1)[:, :, None],
        bias=jnp.concatenate([zero, pull], axis=-1),
    )


def advance_free(q: Array, v: Array, dt: Array) -> Array:
    """Coordinates (w, 12) of free roots after moving for `dt` [s] with the twists v (w, 6)."""
    matrix = rotation.advance(q[:, 3:].reshape(-1, 3, 3), v[:, :3], dt)
    return jnp.concatenate([q[:, :3] + dt * v[:, 3:], matrix.reshape(-1, 9)], axis=-1)


def advance_ball(q: Array, v: Array, dt: Array) -> Array:
    """Coordinates (w, 9) of ball joints after turning for `dt` [s] with v (w, 3)."""
    return rotation.advance(q.reshape(-1, 3, 3), v, dt).reshape(-1, 9)


def ball_rotation(turn: Array) -> Array:
    """Coordinates (w, 9) of ball joints turned by the rotation vectors `turn` (w, 3) [rad]."""
    return rotation.exponential(turn).reshape(-1, 9)


def rate_free(q: Array, v: Array) -> Array:
    """Rates (w, 12) of the coordinates of free roots."""
    turning = vector.cross_columns(v[:, :3], q[:, 3:].reshape(-1, 3, 3))
    return jnp.concatenate([v[:, 3:], turning.reshape(-1, 9)], axis=-1)


def rate_ball(q: Array, v: Array) -> Array:
    """Rates (w, 9) of the coordinates of ball joints."""
    return (vector.cross_columns(v, q.reshape(-1, 3, 3))).reshape(-1, 9)


def renormalize_free(q: Array) -> Array:
    """Free roots (w, 12) with their rotation matrices pulled back to unit rows."""
    return jnp.concatenate([q[:, :3], renormalize_ball(q[:, 3:])], axis=-1)


def renormalize_ball(q: Array) -> Array:
    """Ball joints (w, 9) with their rotation matrices pulled back to unit rows."""
    return rotation.renormalize(q.reshape(-1, 3, 3)).reshape(-1, 9)
