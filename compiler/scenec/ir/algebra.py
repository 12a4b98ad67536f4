"""Vectors and rotation matrices of symbolic scalars; a matrix is nine scalars, row by row."""

from __future__ import annotations

from scenec.ir.scalar import ONE, ZERO, Scalar, Vector

IDENTITY: Vector = (ONE, ZERO, ZERO, ZERO, ONE, ZERO, ZERO, ZERO, ONE)
ORIGIN: Vector = (ZERO, ZERO, ZERO)


def dot(a: Vector, b: Vector) -> Scalar:
    """Inner product."""
    total: Scalar = ZERO
    for x, y in zip(a, b, strict=True):
        total = total + x * y
    return total


def add(a: Vector, b: Vector) -> Vector:
    """Elementwise sum."""
    return tuple(x + y for x, y in zip(a, b, strict=True))


def subtract(a: Vector, b: Vector) -> Vector:
    """Elementwise difference."""
    return tuple(x - y for x, y in zip(a, b, strict=True))


def scale(a: Vector, factor: Scalar) -> Vector:
    """Every element times `factor`."""
    return tuple(x * factor for x in a)


def rows(matrix: Vector) -> tuple[Vector, Vector, Vector]:
    """The rows of a matrix."""
    return matrix[0:3], matrix[3:6], matrix[6:9]


def transpose(matrix: Vector) -> Vector:
    """The transposed matrix: of a rotation, its inverse."""
    return tuple(matrix[3 * j + i] for i in range(3) for j in range(3))


def rotate(matrix: Vector, vector: Vector) -> Vector:
    """Matrix times vector."""
    return tuple(dot(row, vector) for row in rows(matrix))


def multiply(a: Vector, b: Vector) -> Vector:
    """Matrix times matrix."""
    columns = rows(transpose(b))
    return tuple(dot(row, column) for row in rows(a) for column in columns)


def diagonal(values: Vector) -> Vector:
    """The matrix with `values` on its diagonal."""
    return tuple(values[i] if i == j else ZERO for i in range(3) for j in range(3))


def rotation(quaternion: Vector) -> Vector:
    """Rotation matrix of a unit quaternion (w, x, y, z)."""
    w, x, y, z = quaternion
    return (
        ONE - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y),
        2.0 * (x * y + w * z), ONE - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x),
        2.0 * (x * z - w * y), 2.0 * (y * z + w * x), ONE - 2.0 * (x * x + y * y),
    )  # fmt: skip


def offset_inertia(inertia: Vector, mass: Scalar, offset: Vector) -> Vector:
    """Inertia about a point, from the one about the centre of mass at `offset` from that point.

    The parallel axis theorem: I + m (|r|^2 1 - r rᵀ).
    """
    x, y, z = offset
    xx, yy, zz = x * x, y * y, z * z
    xy, xz, yz = -(x * y), -(x * z), -(y * z)
    shift = (yy + zz, xy, xz, xy, xx + zz, yz, xz, yz, xx + yy)
    return add(inertia, scale(shift, mass))
