"""Orientations as callers like to write them, turned into rotation matrices."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from scenert.ops.rotation import exponential, from_quaternion

_TOLERANCE = 1e-3


def as_matrix(rotation: ArrayLike, dtype: np.dtype) -> Array:
    """A rotation matrix (..., 3, 3) from one, from a quaternion (..., 4) or a rotation vector (3,).

    A quaternion is w, x, y, z and need not be of unit length. Raises ValueError for other shapes
    and for numbers that are no rotation.
    """
    array = jnp.asarray(rotation, dtype)
    match array.shape:
        case (*_, 3, 3):
            return _checked(array)
        case (*_, 4):
            return _from_quaternion(array)
        case (3,):
            return exponential(array)
    raise ValueError(
        f"a rotation is a matrix (3, 3), a quaternion (4,) or a vector (3,), not {array.shape}"
    )


def pitch_of(rotation: Array, body: str) -> Array:
    """The angle [rad] about y of `rotation` (..., 3, 3); ValueError where it turns otherwise."""
    axis = rotation[..., :, 1]
    if is_known(axis) and np.any(np.abs(np.asarray(axis) - [0, 1, 0]) > _TOLERANCE):
        raise ValueError(f"planar body {body!r} turns about y only")
    return jnp.arctan2(rotation[..., 0, 2], rotation[..., 2, 2])


def _checked(matrix: Array) -> Array:
    if is_known(matrix):
        values = np.asarray(matrix, float)
        defect = values @ np.swapaxes(values, -1, -2) - np.eye(3)
        if not np.all(np.abs(defect) < _TOLERANCE) or not np.all(np.linalg.det(values) > 0):
            raise ValueError("the matrix is no rotation: its rows must be a right-handed frame")
    return matrix


def _from_quaternion(quaternion: Array) -> Array:
    if is_known(quaternion) and not np.all(np.any(np.asarray(quaternion), axis=-1)):
        raise ValueError("the quaternion is zero, which is no rotation")
    length = jnp.linalg.norm(quaternion, axis=-1, keepdims=True)
    return from_quaternion(quaternion / length)


def is_known(array: Array) -> bool:
    """Whether the numbers can be looked at, which they cannot inside a transformation."""
    return not isinstance(array, jax.core.Tracer)
