import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.ops import rotation, sensing
from scenert.ops.sensing import Mount
from scenert.ops.spatial import Mass


@pytest.fixture
def mount(random, rotations):
    return Mount(jnp.asarray(random.normal(size=(2, 3))), rotations(2))


def after(level, time):
    turned = rotation.exponential(time * level.angular) @ level.rotation
    return level._replace(position=level.position + time * level.linear, rotation=turned)


def test_mounted_bodies_move_with_their_links(links, mount):
    level = links(2)
    frames, rate = jax.jvp(lambda t: sensing.mounted(after(level, t), mount), (0.0,), (1.0,))
    np.testing.assert_allclose(frames.linear, rate.position, atol=1e-12)
    spin = rotation.rotation_vector(rate.rotation @ jnp.swapaxes(frames.rotation, -1, -2))
    np.testing.assert_allclose(frames.angular, spin, atol=1e-12)


def test_velocity_of_a_point_is_the_rate_of_its_position(links, mount, random):
    level, at = links(2), jnp.asarray(random.normal(size=3))
    _, rate = jax.jvp(
        lambda t: sensing.point(sensing.mounted(after(level, t), mount), 1, at), (0.0,), (1.0,)
    )
    velocity = sensing.point_velocity(sensing.mounted(level, mount), 1, at)
    np.testing.assert_allclose(velocity, rate, atol=1e-12)


def test_acceleration_of_a_point_is_the_rate_of_its_velocity(links, random):
    level, at = links(1), jnp.asarray(random.normal(size=3))
    acceleration = jnp.asarray(random.normal(size=(1, 6)))
    own = Mount(jnp.zeros((1, 3)), jnp.eye(3)[None])

    def velocity(t):
        moved = after(level, t)._replace(
            angular=level.angular + t * acceleration[:, :3],
            linear=level.linear + t * acceleration[:, 3:],
        )
        return sensing.point_velocity(sensing.mounted(moved, own), 0, at)

    _, rate = jax.jvp(velocity, (0.0,), (1.0,))
    found = sensing.body_acceleration(level, acceleration, at)
    np.testing.assert_allclose(found, rate, atol=1e-12)


def test_links_of_several_levels_are_joined_in_order(links):
    a, b = links(2), links(3)
    joined = sensing.joined([a, b])
    np.testing.assert_array_equal(joined.position, jnp.concatenate([a.position, b.position]))
    np.testing.assert_array_equal(joined.rotation, jnp.concatenate([a.rotation, b.rotation]))
    assert joined.subspace.shape == (5, 6, 0)


def test_an_accelerometer_reads_one_g_upwards_at_rest_and_nothing_in_free_fall(links, mount):
    gravity = jnp.array([0.0, 0, -9.81])
    frames = sensing.mounted(links(2), mount)
    up = frames.rotation[0].T @ -gravity
    np.testing.assert_allclose(sensing.imu(frames, 0, jnp.zeros(3), gravity)[:3], up)
    np.testing.assert_allclose(sensing.imu(frames, 0, gravity, gravity)[:3], 0, atol=1e-14)


def test_a_gyroscope_reads_the_spin_in_the_body_and_the_attitude_follows(links, mount):
    frames = sensing.mounted(links(2), mount)
    reading = sensing.imu(frames, 1, jnp.zeros(3), jnp.zeros(3))
    np.testing.assert_allclose(frames.rotation[1] @ reading[3:6], frames.angular[1])
    np.testing.assert_array_equal(reading[6:].reshape(3, 3), frames.rotation[1])


def test_energies_are_those_of_particles(links, random):
    level, gravity = links(1), jnp.asarray(random.normal(size=3))
    masses, places = random.uniform(1, 2, 6), random.normal(size=(6, 3))
    inertia = sum(
        m * ((r @ r) * np.eye(3) - np.outer(r, r)) for m, r in zip(masses, places, strict=True)
    )
    body = Mass(
        jnp.asarray([masses.sum()]), jnp.asarray(masses @ places)[None], jnp.asarray(inertia)[None]
    )
    arms = places @ np.asarray(level.rotation[0]).T
    velocity = level.linear[0] + np.cross(level.angular[0], arms)
    kinetic = 0.5 * np.sum(masses * np.sum(velocity**2, axis=1))
    potential = -np.sum(masses * ((level.position[0] + arms) @ gravity))
    assert sensing.kinetic_energy(body, level) == pytest.approx(kinetic)
    assert sensing.potential_energy(body, level, gravity) == pytest.approx(potential)


def test_distance_and_height():
    a, b = jnp.array([1.0, 2, 3]), jnp.array([1.0, 5, 7])
    assert sensing.distance(a, b) == 5
    assert sensing.height(a, jnp.array([0.0, 0, 1]), jnp.asarray(0.5)) == 2.5
    np.testing.assert_array_equal(jax.grad(sensing.distance)(a, a), np.zeros(3))


def test_frames_are_read_back_as_coordinates_of_roots(links, mount):
    frames = sensing.mounted(links(2), mount)
    free = sensing.free_coordinates(frames).reshape(2, 12)
    np.testing.assert_array_equal(free[:, :3], frames.position)
    np.testing.assert_array_equal(free[:, 3:].reshape(2, 3, 3), frames.rotation)
    twists = sensing.free_velocities(frames).reshape(2, 6)
    np.testing.assert_array_equal(twists, jnp.concatenate([frames.angular, frames.linear], axis=-1))
    pitched = frames._replace(
        rotation=rotation.about(jnp.array([[0.0, 1, 0]]), jnp.array([0.3, -2]))
    )
    planar = sensing.planar_coordinates(pitched).reshape(2, 3)
    np.testing.assert_allclose(planar, np.column_stack([frames.position[:, ::2], [0.3, -2]]))
    rates = sensing.planar_velocities(frames).reshape(2, 3)
    np.testing.assert_array_equal(rates[:, :2], frames.linear[:, ::2])
    np.testing.assert_array_equal(rates[:, 2], frames.angular[:, 1])
