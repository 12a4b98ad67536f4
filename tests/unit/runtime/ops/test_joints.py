"""Joints against the definition of motion: rates of poses are twists, rates of twists the rest."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.ops import joints, rotation, rows, vector
from scenert.ops.joints import Pose

KINDS = {
    "hinge": (joints.hinge, 1, 1),
    "slide": (joints.slide, 1, 1),
    "universal": (joints.universal, 2, 2),
    "ball": (joints.ball, 0, 3),
}


def coordinates(kind, k, random):
    turn = jnp.asarray(random.normal(size=(2, k)))
    return joints.ball_rotation(turn) if kind == "ball" else turn


def rates(kind, q, v):
    return joints.rate_ball(q, v) if kind == "ball" else v


def moved(level, rate):
    """The pose's rate as the twist (w, 6) that it amounts to; `rate` is the tangent of `level`."""
    spin = rate.rotation @ jnp.swapaxes(level.rotation, -1, -2)
    return jnp.concatenate([rotation.rotation_vector(spin), rate.position], axis=-1)


@pytest.fixture(params=KINDS)
def case(request, links, joint, random):
    """A joint on a moving parent: the level as a function of (q, v), with the parent's motion.

    The parent turns and moves at its twist, without accelerating.
    """
    kinematics, axes, k = KINDS[request.param]
    parent, geometry = links(2), joint(2, axes)
    q, v = coordinates(request.param, k, random), jnp.asarray(random.normal(size=(2, k)))

    def at(time, q, v):
        turned = rotation.exponential(time * parent.angular) @ parent.rotation
        carrier = parent._replace(position=parent.position + time * parent.linear, rotation=turned)
        return kinematics(geometry, carrier, q, v)

    return request.param, parent, at, q, v


def test_twist_is_the_rate_of_the_pose(case):
    kind, _, at, q, v = case
    level, rate = jax.jvp(
        lambda t: at(t, q + t * rates(kind, q, v), v), (jnp.zeros(()),), (jnp.ones(()),)
    )
    np.testing.assert_allclose(moved(level, rate), rows.twist(level), atol=1e-12)


def test_subspace_is_the_twist_per_joint_velocity(case):
    _, _, at, q, v = case
    jacobian = jax.jacobian(lambda v: rows.twist(at(0.0, q, v)))(v)
    own = jnp.stack([jacobian[w, :, w] for w in range(2)])
    np.testing.assert_allclose(at(0.0, q, v).subspace, own, atol=1e-12)


def test_bias_is_the_acceleration_while_joint_and_parent_keep_their_velocities(case):
    kind, _, at, q, v = case
    _, rate = jax.jvp(
        lambda t: rows.twist(at(t, q + t * rates(kind, q, v), v)),
        (jnp.zeros(()),),
        (jnp.ones(()),),
    )
    np.testing.assert_allclose(at(0.0, q, v).bias, rate, atol=1e-11)


def test_anchors_coincide_where_the_joint_does_not_slide(case):
    kind, parent, at, q, v = case
    if kind == "slide":
        q = jnp.zeros_like(q)
    level = at(0.0, q, v)
    np.testing.assert_allclose(level.offset, level.position - parent.position, atol=1e-12)


def test_a_hinge_turns_the_rest_rotation_about_its_axis(links, joint):
    parent, geometry, q = links(2), joint(2, 1), jnp.array([[0.4], [-2.0]])
    level = joints.hinge(geometry, parent, q, jnp.zeros((2, 1)))
    turned = rotation.exponential(q * geometry.axes[:, 0])
    np.testing.assert_allclose(level.rotation, parent.rotation @ turned @ geometry.rest, atol=1e-9)
    here = level.position + vector.apply(level.rotation, geometry.child_anchor)
    there = parent.position + vector.apply(parent.rotation, geometry.anchor)
    np.testing.assert_allclose(here, there, atol=1e-12)


def test_free_roots_are_where_their_coordinates_say(rotations, random):
    matrix, place, v = (
        rotations(2),
        random.normal(size=(2, 3)),
        jnp.asarray(random.normal(size=(2, 6))),
    )
    level = joints.free(jnp.concatenate([place, matrix.reshape(2, 9)], axis=-1), v)
    np.testing.assert_allclose(level.position, place)
    np.testing.assert_allclose(level.rotation, matrix)
    np.testing.assert_allclose(rows.twist(level), v)


def test_planar_roots_keep_their_y_and_turn_about_it(random):
    pose = Pose(jnp.array([[9.0, 0.3, 9.0]]), jnp.eye(3)[None])
    q, v = jnp.array([[1.0, 2.0, 0.5]]), jnp.asarray(random.normal(size=(1, 3)))
    level, rate = jax.jvp(lambda q: joints.planar(pose, q, v), (q,), (v,))
    np.testing.assert_allclose(level.position, [[1.0, 0.3, 2.0]])
    np.testing.assert_allclose(moved(level, rate), rows.twist(level), atol=1e-12)


def test_fixed_roots_rest(rotations, random):
    pose = Pose(jnp.asarray(random.normal(size=(2, 3))), rotations(2))
    level = joints.fixed(pose)
    np.testing.assert_array_equal(level.position, pose.position)
    np.testing.assert_array_equal(rows.twist(level), 0)
    assert level.subspace.shape == (2, 6, 0)


def test_advancing_begins_at_the_rate_of_the_coordinates(rotations, random):
    q = jnp.concatenate([random.normal(size=(2, 3)), rotations(2).reshape(2, 9)], axis=-1)
    v = jnp.asarray(random.normal(size=(2, 6)))
    _, rate = jax.jvp(lambda dt: joints.advance_free(q, v, dt), (jnp.zeros(()),), (jnp.ones(()),))
    np.testing.assert_allclose(rate, joints.rate_free(q, v), atol=1e-12)
    turn, spin = q[:, 3:], v[:, :3]
    _, rate = jax.jvp(
        lambda dt: joints.advance_ball(turn, spin, dt), (jnp.zeros(()),), (jnp.ones(()),)
    )
    np.testing.assert_allclose(rate, joints.rate_ball(turn, spin), atol=1e-12)


def test_renormalizing_touches_rotations_only(rotations, random):
    place, matrix = random.normal(size=(2, 3)), rotations(2)
    q = jnp.concatenate([place, 1.001 * matrix.reshape(2, 9)], axis=-1)
    renormalized = joints.renormalize_free(q)
    np.testing.assert_array_equal(renormalized[:, :3], place)
    np.testing.assert_allclose(renormalized[:, 3:], matrix.reshape(2, 9), atol=2e-6)
