import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.ops import vector

UP = jnp.array([0.0, 0.0, 1.0])


def test_dot_and_apply_are_those_of_linear_algebra(random):
    a, b, matrix = (
        random.normal(size=(5, 3)),
        random.normal(size=(5, 3)),
        random.normal(size=(5, 4, 3)),
    )
    np.testing.assert_allclose(vector.dot(a, b), np.einsum("ni,ni->n", a, b))
    np.testing.assert_allclose(vector.apply(matrix, a), np.einsum("nij,nj->ni", matrix, a))


def test_cross_is_the_vector_product(random):
    a, b = random.normal(size=(5, 3)), random.normal(size=(5, 3))
    np.testing.assert_allclose(vector.cross(jnp.asarray(a), jnp.asarray(b)), np.cross(a, b))


def test_cross_columns_crosses_every_column(random):
    a, matrix = random.normal(size=(5, 3)), random.normal(size=(5, 3, 4))
    expected = np.cross(a[:, :, None], matrix, axis=1)
    np.testing.assert_allclose(vector.cross_columns(jnp.asarray(a), jnp.asarray(matrix)), expected)


def test_skew_is_the_matrix_of_the_vector_product(random):
    a, b = random.normal(size=(5, 3)), random.normal(size=(5, 3))
    skew = vector.skew(jnp.asarray(a))
    np.testing.assert_allclose(skew, -np.swapaxes(skew, -1, -2))
    np.testing.assert_allclose(np.einsum("nij,nj->ni", skew, b), np.cross(a, b), atol=1e-15)


def test_length_is_the_norm_and_has_a_derivative_of_zero_at_the_origin(random):
    a = jnp.asarray(random.normal(size=(5, 3)))
    np.testing.assert_allclose(vector.length(a), np.linalg.norm(a, axis=1))
    zero = jnp.zeros(3)
    assert vector.length(zero) == 0
    np.testing.assert_array_equal(jax.grad(vector.length)(zero), zero)


def test_unit_has_length_one_and_falls_back_at_the_origin(random):
    a = jnp.asarray(random.normal(size=(5, 3)))
    np.testing.assert_allclose(np.linalg.norm(vector.unit(a, UP), axis=1), 1)
    np.testing.assert_allclose(np.cross(vector.unit(a, UP), a), 0, atol=1e-15)
    np.testing.assert_array_equal(vector.unit(jnp.zeros(3), UP), UP)
    np.testing.assert_array_equal(jax.jacobian(vector.unit)(jnp.zeros(3), UP), np.zeros((3, 3)))


def test_derivative_of_the_direction_is_what_is_orthogonal_to_it(random):
    a = jnp.asarray(random.normal(size=3))
    n = a / jnp.linalg.norm(a)
    expected = (jnp.eye(3) - jnp.outer(n, n)) / jnp.linalg.norm(a)
    np.testing.assert_allclose(jax.jacobian(vector.unit)(a, UP), expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    "normal",
    [
        pytest.param([0.0, 0, 1], id="up"),
        pytest.param([0.0, 0, -1], id="down"),
        pytest.param([1.0, 0, 0], id="level"),
        pytest.param([0.6, 0, -0.8], id="tilted downwards"),
        pytest.param([0.48, -0.64, 0.6], id="tilted upwards"),
        pytest.param([1e-9, 0, -1], id="hardly off downwards"),
    ],
)
def test_perpendiculars_complete_a_right_handed_frame(normal):
    n = jnp.asarray(normal)
    frame = np.stack([n, *vector.perpendiculars(n)])
    np.testing.assert_allclose(frame @ frame.T, np.eye(3), atol=1e-8)
    assert np.linalg.det(frame) == pytest.approx(1, abs=1e-8)
    for derivative in jax.jacobian(vector.perpendiculars)(n):
        assert np.isfinite(derivative).all()
