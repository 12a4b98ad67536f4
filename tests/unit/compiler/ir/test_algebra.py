"""Vectors and matrices of symbolic scalars compute as those of numbers."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from scenec.ir import algebra
from scenec.ir.scalar import ONE, Constant, ParameterElement, Scalar, Vector, evaluate

Array = NDArray[np.float64]
RANDOM = np.random.default_rng(7)
A, B = RANDOM.normal(size=(2, 3, 3))
X, Y = RANDOM.normal(size=(2, 3))


def symbols(values: Array) -> Vector:
    """Parameters that stand for `values`, so that nothing folds."""
    return tuple(ParameterElement(repr(float(value))) for value in values.ravel())


def numbers(vector: Vector | Scalar) -> Array:
    scalars = vector if isinstance(vector, tuple) else (vector,)
    return np.array([evaluate(x, _Named()) for x in scalars])


class _Named(dict[ParameterElement, float]):
    """Parameters whose names are their values."""

    def __missing__(self, element: ParameterElement) -> float:
        return float(element.name)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (algebra.dot(symbols(X), symbols(Y)), X @ Y),
        (algebra.add(symbols(X), symbols(Y)), X + Y),
        (algebra.subtract(symbols(X), symbols(Y)), X - Y),
        (algebra.scale(symbols(X), Constant(3.0)), 3 * X),
        (algebra.transpose(symbols(A)), A.T),
        (algebra.rotate(symbols(A), symbols(X)), A @ X),
        (algebra.multiply(symbols(A), symbols(B)), A @ B),
        (algebra.diagonal(symbols(X)), np.diag(X)),
        (algebra.IDENTITY, np.eye(3)),
        (algebra.ORIGIN, np.zeros(3)),
    ],
    ids=[
        "dot",
        "add",
        "subtract",
        "scale",
        "transpose",
        "rotate",
        "multiply",
        "diagonal",
        "1",
        "0",
    ],
)
def test_operations(found: Vector | Scalar, expected: Array) -> None:
    np.testing.assert_allclose(numbers(found), np.ravel(expected), rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("axis", range(3))
def test_a_rotation_turns_right_handed(axis: int) -> None:
    quaternion = np.array([np.cos(0.3), 0, 0, 0])
    quaternion[1 + axis] = np.sin(0.3)
    matrix = numbers(algebra.rotation(symbols(quaternion))).reshape(3, 3)
    first, second = np.eye(3)[(axis + 1) % 3], np.eye(3)[(axis + 2) % 3]
    turned = np.cos(0.6) * first + np.sin(0.6) * second
    np.testing.assert_allclose(matrix @ first, turned, atol=1e-14)
    np.testing.assert_allclose(matrix @ np.eye(3)[axis], np.eye(3)[axis], atol=1e-14)


def test_the_inertia_of_point_masses_about_another_point() -> None:
    masses, points = np.array([1.0, 2.0, 0.5, 1.5]), RANDOM.normal(size=(4, 3))
    center = masses @ points / masses.sum()

    def about(origin: Array) -> Array:
        r = points - origin
        squares = np.einsum("n,nk,nk->", masses, r, r) * np.eye(3)
        return squares - np.einsum("n,ni,nj->ij", masses, r, r)

    own, mass, offset = symbols(about(center)), Constant(float(masses.sum())), symbols(center)
    found = numbers(algebra.offset_inertia(own, mass, offset))
    np.testing.assert_allclose(found.reshape(3, 3), about(np.zeros(3)), rtol=1e-12)


def test_rotations_of_constants_are_constants() -> None:
    assert algebra.multiply(algebra.IDENTITY, algebra.rotation((ONE, *algebra.ORIGIN))) == (
        algebra.IDENTITY
    )
