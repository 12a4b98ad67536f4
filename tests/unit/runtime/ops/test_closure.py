"""Joints kept by rows: their Jacobians are the rates of their errors and coordinates."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.ops import closure, joints, rotation, rows
from scenert.ops.joints import ball_rotation

CLOSURES = {
    "ball": (closure.ball, 0),
    "hinge": (closure.hinge, 1),
    "slide": (closure.slide, 1),
    "universal": (closure.universal, 2),
    "weld": (closure.weld, 0),
}
CARRIED = {
    "hinge": (joints.hinge, closure.turn, 1, 1),
    "slide": (joints.slide, closure.shift, 1, 1),
    "universal": (joints.universal, closure.turn, 2, 2),
    "ball": (joints.ball, closure.relative_turn, 0, 3),
}


def after(level, time):
    """The link after moving freely with its twist for a short time."""
    turned = rotation.exponential(time * level.angular) @ level.rotation
    return level._replace(position=level.position + time * level.linear, rotation=turned)


def rate(function, a, b):
    """Rate of a function of two links' poses as both move with their twists."""
    _, slope = jax.jvp(
        lambda t: function(after(a, t), after(b, t)), (jnp.zeros(()),), (jnp.ones(()),)
    )
    return slope


def carried(kind, links, joint, random):
    """Links that a joint holds together, its geometry and its coordinates."""
    kinematics, _, axes, k = CARRIED[kind]
    parent, geometry = links(2), joint(2, axes)
    q = jnp.asarray(random.uniform(-1, 1, size=(2, k)))
    v = jnp.asarray(random.normal(size=(2, k)))
    position = ball_rotation(q) if kind == "ball" else q
    return geometry, parent, kinematics(geometry, parent, position, v), position, v


@pytest.mark.parametrize("kind", CLOSURES)
def test_error_changes_at_the_rows_velocities(kind, links, joint):
    """At any poses; rows against rotation at poses without rotation error, where they are exact."""
    build, axes = CLOSURES[kind]
    geometry, parent, child = joint(2, axes), links(2), links(2)
    if kind in ("slide", "weld"):
        child = child._replace(rotation=parent.rotation @ geometry.rest)
    jacobian = build(geometry, parent, child).jacobian
    slope = rate(lambda a, b: build(geometry, a, b).error, parent, child)
    velocity = rows.velocity(jacobian, rows.twist(parent), rows.twist(child))
    np.testing.assert_allclose(slope, velocity, atol=1e-12)


@pytest.mark.parametrize("kind", CARRIED)
def test_links_that_a_joint_carries_have_no_error_and_keep_none(kind, links, joint, random):
    geometry, parent, child, _, _ = carried(kind, links, joint, random)
    kept = CLOSURES[kind][0](geometry, parent, child)
    np.testing.assert_allclose(kept.error, 0, atol=1e-12)
    velocity = rows.velocity(kept.jacobian, rows.twist(parent), rows.twist(child))
    np.testing.assert_allclose(velocity, 0, atol=1e-12)


@pytest.mark.parametrize("kind", CARRIED)
def test_coordinates_are_those_of_the_joint(kind, links, joint, random):
    geometry, parent, child, q, v = carried(kind, links, joint, random)
    found = CARRIED[kind][1](geometry, parent, child)
    np.testing.assert_allclose(found.value, q, atol=1e-12)
    speed = rows.velocity(found.jacobian, rows.twist(parent), rows.twist(child))
    np.testing.assert_allclose(speed, v, atol=1e-12)


@pytest.mark.parametrize("kind", CARRIED)
def test_coordinates_of_links_that_do_not_accelerate_have_the_bias(kind, links, joint, random):
    """The rates J u change at J̇ u then."""
    geometry, parent, child, _, _ = carried(kind, links, joint, random)
    coordinate = CARRIED[kind][1]

    def speed(a, b):
        jacobian = coordinate(geometry, a, b).jacobian
        return rows.velocity(jacobian, rows.twist(parent), rows.twist(child))

    bias = coordinate(geometry, parent, child).bias
    np.testing.assert_allclose(bias, rate(speed, parent, child), atol=1e-11)


def test_orthogonal_to_the_hinge_there_is_one_row_for_each_direction(links, joint, random):
    geometry, parent, child, _, _ = carried("hinge", links, joint, random)
    assert (
        np.linalg.matrix_rank(np.asarray(closure.hinge(geometry, parent, child).jacobian.second)[0])
        == 5
    )


@pytest.mark.parametrize("kind", CLOSURES)
def test_derivatives_are_finite_at_zero_rotation(kind, links, joint):
    build, axes = CLOSURES[kind]
    geometry, parent = joint(2, axes), links(2)
    parent = parent._replace(rotation=jnp.broadcast_to(jnp.eye(3), (2, 3, 3)))
    geometry = geometry._replace(rest=parent.rotation)
    slope = jax.jacobian(lambda r: build(geometry, parent, parent._replace(rotation=r)).error)
    assert np.isfinite(slope(parent.rotation)).all()
