import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.ops import rotation, vector


def series(turn):
    """exp [t] by its power series."""
    skew = np.asarray(vector.skew(jnp.asarray(turn)))
    total, term = np.eye(3), np.eye(3)
    for n in range(1, 60):
        term = term @ skew / n
        total = total + term
    return total


@pytest.mark.parametrize("angle", [0.0, 1e-9, 1e-3, 0.00999, 0.01001, 0.5, 3.0, 6.0])
def test_exponential_is_the_matrix_exponential(angle, directions):
    turn = angle * directions(1)[0]
    np.testing.assert_allclose(rotation.exponential(turn), series(turn), atol=3e-12)


@pytest.mark.parametrize("angle", [0.0, 0.00999, 0.01001, 1.0])
def test_derivative_of_the_exponential(angle, directions):
    turn = angle * directions(1)[0]
    exact = jax.jit(jax.jacobian(rotation.exponential))(turn)
    h = 1e-6
    for i, e in enumerate(h * np.eye(3)):
        slope = (series(turn + e) - series(turn - e)) / (2 * h)
        np.testing.assert_allclose(exact[:, :, i], slope, atol=1e-9)


def test_second_derivatives_of_the_exponential_are_finite_at_zero():
    second = jax.jit(jax.hessian(lambda t: rotation.exponential(t).sum()))
    assert np.isfinite(second(jnp.zeros(3))).all()


def test_turns_about_an_axis_are_exponentials(directions):
    axis = directions(4)
    angle = jnp.array([0.0, 0.7, -2.0, 3.0])
    expected = rotation.exponential(axis * angle[:, None])
    np.testing.assert_allclose(rotation.about(axis, angle), expected, atol=1e-12)


def test_renormalizing_leaves_a_squared_error(rotations):
    matrix = rotations(5)
    for error in (1e-2, 1e-4):
        rows = rotation.renormalize(matrix * (1 + error))
        np.testing.assert_allclose(np.linalg.norm(rows, axis=-1), 1, atol=2 * error**2)


def test_renormalizing_leaves_rotations_as_they_are(rotations):
    matrix = rotations(5)
    np.testing.assert_allclose(rotation.renormalize(matrix), matrix, atol=1e-15)


def test_advance_turns_in_the_outer_frame(rotations, random):
    matrix, angular = rotations(3), jnp.asarray(random.normal(size=(3, 3)))
    turned = rotation.advance(matrix, angular, jnp.asarray(0.2))
    for i in range(3):
        expected = series(0.2 * np.asarray(angular[i])) @ matrix[i]
        np.testing.assert_allclose(turned[i], expected, atol=1e-12)


def test_quaternions_turn_about_their_axis_by_twice_their_angle(directions):
    axis, half = directions(1)[0], 0.4
    quaternion = jnp.concatenate([jnp.array([np.cos(half)]), np.sin(half) * axis])
    expected = rotation.about(axis, jnp.asarray(2 * half))
    np.testing.assert_allclose(rotation.from_quaternion(quaternion), expected, atol=1e-15)


def test_rotation_vector_is_the_axis_times_the_sine(directions):
    axis = directions(3)
    angle = jnp.array([0.0, 0.3, 2.0])
    found = rotation.rotation_vector(rotation.about(axis, angle))
    np.testing.assert_allclose(found, axis * jnp.sin(angle)[:, None], atol=1e-15)


@pytest.mark.parametrize("angle", [-3.1, -1.0, 0.0, 0.5, 3.1])
def test_angle_about_an_axis_is_found_from_any_start(angle, directions, random):
    axis, start = directions(1)[0], jnp.asarray(random.normal(size=3))
    end = rotation.about(axis, jnp.asarray(angle)) @ start
    assert rotation.angle_about(axis, start, end) == pytest.approx(angle, abs=1e-12)
