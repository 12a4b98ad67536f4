"""Rotation matrices (..., 3, 3): columns are the body's axes in the outer frame."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from scenert.ops import vector


def about(axis: Array, angle: Array) -> Array:
    """Rotation by `angle` (...) [rad] about the unit vector `axis` (..., 3): Rodrigues' formula."""
    s = jnp.sin(angle)[..., None, None]
    c = jnp.cos(angle)[..., None, None]
    outer = axis[..., :, None] * axis[..., None, :]
    identity = jnp.eye(3, dtype=angle.dtype)
    return c * identity + (1.0 - c) * outer + s * vector.skew(axis)


def exponential(turn: Array) -> Array:
    """Rotation by the rotation vector `turn` (..., 3) [rad].

    exp [t] = 1 + a [t] + b [t]^2 with a = sin θ / θ and b = (1 - cos θ) / θ^2. Below θ^2 = 1e-4
    both are taken from their series, whose first dropped terms are below 1e-12.
    """
    square = vector.dot(turn, turn)
    small = square < 1e-4
    safe = jnp.where(small, 1.0, square)
    theta = jnp.sqrt(safe)
    a = jnp.where(small, 1.0 - square / 6.0 + square * square / 120.0, jnp.sin(theta) / theta)
    b = jnp.where(
        small, 0.5 - square / 24.0 + square * square / 720.0, (1.0 - jnp.cos(theta)) / safe
    )
    t = vector.skew(turn)
    identity = jnp.eye(3, dtype=turn.dtype)
    return identity + a[..., None, None] * t + b[..., None, None] * (t @ t)


def renormalize(matrix: Array) -> Array:
    """Rows of `matrix` pulled back to unit length, to first order in their error.

    A' = (3 A - A ∘ (A · A)) / 2 of Premerlani and Bizard, read row by row: row (3 - row · row) / 2.
    """
    square = vector.dot(matrix, matrix)[..., None]
    return matrix * (1.5 - 0.5 * square)


def advance(matrix: Array, angular: Array, dt: Array) -> Array:
    """`matrix` after turning for `dt` [s] at the outer-frame angular velocity (..., 3) [rad/s]."""
    return renormalize(exponential(angular * dt) @ matrix)


def from_quaternion(quaternion: Array) -> Array:
    """Rotation matrix of a unit quaternion (w, x, y, z): (..., 4) -> (..., 3, 3)."""
    w, x, y, z = (quaternion[..., i] for i in range(4))
    rows = (
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    )
    return jnp.stack([jnp.stack(row, axis=-1) for row in rows], axis=-2)


def rotation_vector(matrix: Array) -> Array:
    """sin θ times the axis of `matrix` (..., 3, 3) -> (..., 3): its rotation vector to O(θ^3)."""
    m = matrix
    parts = (m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1])
    return 0.5 * jnp.stack(parts, axis=-1)


def angle_about(axis: Array, start: Array, end: Array) -> Array:
    """Angle (...) [rad] in (-π, π] from `start` to `end` (..., 3), seen along the unit `axis`."""
    a = start - axis * vector.dot(axis, start)[..., None]
    b = end - axis * vector.dot(axis, end)[..., None]
    return jnp.arctan2(vector.dot(axis, vector.cross(a, b)), vector.dot(a, b))
