"""Spatial algebra against its definition: sums over the particles of a body, and dense matrices."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.ops import rotation, spatial
from scenert.ops.spatial import Mass
from scenert.ops.vector import skew


def shift(offset):
    """X: the motion at an origin + `offset` from the one at the origin."""
    x = np.eye(6)
    x[3:, :3] = -np.asarray(skew(offset))
    return x


@pytest.fixture
def particles(random):
    """Masses (8,) and places (8, 3) in the body's frame."""
    return random.uniform(0.5, 2, 8), random.normal(size=(8, 3))


@pytest.fixture
def body(particles):
    masses, places = particles
    inertia = sum(
        m * ((r @ r) * np.eye(3) - np.outer(r, r)) for m, r in zip(masses, places, strict=True)
    )
    moment = masses @ places
    return Mass(jnp.asarray([masses.sum()]), jnp.asarray(moment)[None], jnp.asarray(inertia)[None])


def test_inertia_gives_the_momentum_of_all_particles(particles, body, rotations, random):
    matrix, twist = rotations(1), random.normal(size=6)
    momentum = np.zeros(6)
    for m, r in zip(*particles, strict=True):
        arm = np.asarray(matrix[0]) @ r
        velocity = twist[3:] + np.cross(twist[:3], arm)
        momentum += m * np.concatenate([np.cross(arm, velocity), velocity])
    np.testing.assert_allclose(spatial.inertia(body, matrix)[0] @ twist, momentum)


def test_bias_wrench_is_what_the_particles_need_to_follow_the_rotation(
    particles, body, rotations, random
):
    """The origin does not accelerate and the body turns at a constant rate."""
    matrix, angular, gravity = rotations(1), random.normal(size=3), random.normal(size=3)
    wrench = np.zeros(6)
    for m, r in zip(*particles, strict=True):
        arm = np.asarray(matrix[0]) @ r
        force = m * (np.cross(angular, np.cross(angular, arm)) - gravity)
        wrench += np.concatenate([np.cross(arm, force), force])
    found = spatial.bias_wrench(body, matrix, jnp.asarray(angular)[None], jnp.asarray(gravity))
    np.testing.assert_allclose(found[0], wrench)


def test_round_bodies_need_their_weight_however_they_turn(rotations, random):
    ball = spatial.Mass(jnp.array([2.0]), jnp.zeros((1, 3)), 0.3 * jnp.eye(3)[None])
    angular, gravity = jnp.asarray(random.normal(size=(1, 3))), jnp.asarray([0.3, -0.2, -9.81])
    expected = spatial.bias_wrench(ball, rotations(1), angular, gravity)
    found = spatial.round_bias_wrench(ball, gravity)
    np.testing.assert_allclose(found, expected, atol=1e-14)


def test_shifts_are_products_with_the_shift_matrix(random):
    offset = jnp.asarray(random.normal(size=3))
    x = shift(offset)
    motion, columns = jnp.asarray(random.normal(size=6)), jnp.asarray(random.normal(size=(6, 4)))
    symmetric = random.normal(size=(6, 6))
    symmetric = jnp.asarray(symmetric + symmetric.T)
    np.testing.assert_allclose(spatial.shift_vector(motion, offset), x @ motion)
    np.testing.assert_allclose(spatial.shift_motion(columns, offset), x @ columns)
    np.testing.assert_allclose(spatial.shift_wrench(motion, offset), x.T @ motion)
    np.testing.assert_allclose(
        spatial.shift_inertia(symmetric, offset), x.T @ symmetric @ x, atol=1e-13
    )


def test_power_is_the_same_at_every_origin(random):
    offset, wrench, twist = (jnp.asarray(random.normal(size=n)) for n in (3, 6, 6))
    there = wrench @ spatial.shift_vector(twist, offset)
    assert spatial.shift_wrench(wrench, offset) @ twist == pytest.approx(float(there))


def test_inertia_changes_at_the_rate_of_the_bias(body, rotations, random):
    """Momentum of a free body is kept: d (I v) / dt = 0 when nothing pushes, at its own origin."""
    matrix, angular = rotations(1), jnp.asarray(random.normal(size=(1, 3)))
    twist = jnp.concatenate([angular, jnp.zeros((1, 3))], axis=-1)

    def momentum(t):
        turned = rotation.exponential(t * angular) @ matrix
        return (spatial.inertia(body, turned) @ twist[..., None])[..., 0]

    _, change = jax.jvp(momentum, (0.0,), (1.0,))
    bias = spatial.bias_wrench(body, matrix, angular, jnp.zeros(3))
    np.testing.assert_allclose(bias, change, atol=1e-12)


def test_a_wrench_is_that_of_the_inertia_and_of_the_bias(body, rotations, random):
    matrix, angular = rotations(1), jnp.asarray(random.normal(size=(1, 3)))
    acceleration, gravity = jnp.asarray(random.normal(size=(1, 6))), jnp.asarray([0.3, -0.2, -9.81])
    bias = spatial.bias_wrench(body, matrix, angular, gravity)
    expected = (spatial.inertia(body, matrix) @ acceleration[..., None])[..., 0] + bias
    found = spatial.wrench(body, matrix, angular, acceleration, gravity)
    np.testing.assert_allclose(found, expected, atol=1e-12)
