"""Vectors along the last axis, with derivatives that stay finite at zero length.

The derivative of a square root at zero is infinite, and infinity times zero is not a number. Every
function here that divides or takes a root therefore selects its operand first and its result second
(the "double where"), so that the branch not taken never produces an infinity to be multiplied.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array, lax


def dot(a: Array, b: Array) -> Array:
    """Inner product: (..., n), (..., n) -> (...)."""
    return jnp.sum(a * b, axis=-1)


def cross(a: Array, b: Array, axis: int = -1) -> Array:
    """Vector product along `axis`, of length 3; all other axes broadcast.

    With T the cyclic shift to the left, a × b = T (a ∘ T b - T a ∘ b).
    """
    return _shifted(a * _shifted(b, axis) - _shifted(a, axis) * b, axis)


def _shifted(a: Array, axis: int) -> Array:
    head, tail = lax.slice_in_dim(a, 0, 1, axis=axis), lax.slice_in_dim(a, 1, 3, axis=axis)
    return jnp.concatenate([tail, head], axis=axis)


def cross_columns(a: Array, matrix: Array) -> Array:
    """`a` x every column: (..., 3), (..., 3, n) -> (..., 3, n)."""
    return cross(a[..., None], matrix, axis=-2)


def skew(a: Array) -> Array:
    """The matrix of `a` x: (..., 3) -> (..., 3, 3)."""
    return cross_columns(a, jnp.eye(3, dtype=a.dtype))


def apply(matrix: Array, vector: Array) -> Array:
    """Matrix times vector: (..., m, n), (..., n) -> (..., m)."""
    return jnp.sum(matrix * vector[..., None, :], axis=-1)


def length(a: Array) -> Array:
    """Euclidean norm (..., n) -> (...); value and derivative are 0 at the origin."""
    square = dot(a, a)
    positive = _is_positive(square)
    return jnp.where(positive, jnp.sqrt(jnp.where(positive, square, 1.0)), 0.0)


def unit(a: Array, fallback: Array | float) -> Array:
    """`a` over its length (..., n) -> (..., n); `fallback` (broadcastable) where `a` is zero."""
    square = dot(a, a)[..., None]
    positive = _is_positive(square)
    return jnp.where(positive, a * (1.0 / jnp.sqrt(jnp.where(positive, square, 1.0))), fallback)


def inverse_length(a: Array) -> Array:
    """1 / |a|, (..., n) -> (...); 0 for vectors too short for the derivative to be a number."""
    square = dot(a, a)
    long = square > float(np.finfo(square.dtype).tiny) ** (2 / 3)  # d/ds s^-1/2 = -s^-3/2 / 2
    return jnp.where(long, lax.rsqrt(jnp.where(long, square, 1.0)), 0.0)


def _is_positive(square: Array) -> Array:
    """Whether the inverse of `square` is a finite number, as derivatives need it."""
    return square > float(np.finfo(square.dtype).tiny)


def perpendiculars(normal: Array) -> tuple[Array, Array]:
    """Two unit vectors that complete `normal` (..., 3) to a right-handed orthonormal frame.

    The construction of Duff et al., "Building an Orthonormal Basis, Revisited" (JCGT 2017): with
    s = sign(n_z), 1 / (s + n_z) never divides by zero.
    """
    x, y, z = normal[..., 0], normal[..., 1], normal[..., 2]
    s = jnp.where(z >= 0, jnp.ones_like(z), -jnp.ones_like(z))
    a = -1.0 / (s + z)
    b = x * y * a
    first = jnp.stack([1.0 + s * x * x * a, s * b, -s * x], axis=-1)
    second = jnp.stack([b, s + y * y * a, -y], axis=-1)
    return first, second
