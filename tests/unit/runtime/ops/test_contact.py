import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.ops import contact, rotation, rows
from scenert.ops.contact import Planes, Spheres, Surface

DT = jnp.asarray(0.01)
SHARE = jnp.asarray(0.2)


def after(level, time):
    turned = rotation.exponential(time * level.angular) @ level.rotation
    return level._replace(position=level.position + time * level.linear, rotation=turned)


@pytest.fixture
def spheres(random):
    return lambda n: Spheres(
        jnp.asarray(random.normal(size=(n, 3))), jnp.asarray(random.uniform(0.1, 0.5, n))
    )


def aim(gap, before=0.0, free=0.0, restitution=0.0, softness=0.0):
    """The target of one contact."""
    one = [jnp.array([x]) for x in (0.7, restitution, softness, gap, before, free)]
    return contact.target(Surface(*one[:3]), *one[3:], DT, SHARE)


def test_wrenches_are_those_at_the_surface_and_normals_go_through_the_center(directions, random):
    frame, depth = contact.contact_frame(directions(3)), jnp.asarray(random.uniform(size=3))
    centers = jnp.asarray(random.normal(size=(3, 3)))
    expected = rows.point_wrench(frame, centers - depth[:, None] * frame[:, 0])
    np.testing.assert_allclose(contact.wrench(frame, centers, depth), expected, atol=1e-14)
    about_center = contact.wrench(frame, jnp.zeros((3, 3)), depth)
    np.testing.assert_array_equal(about_center[:, 0, :3], 0.0)


def test_gap_to_a_plane_changes_at_the_normal_velocity(links, spheres, directions):
    level, balls, planes = links(3), spheres(3), Planes(directions(3), jnp.arange(3.0))
    found = contact.sphere_plane(level, balls, planes)
    _, rate = jax.jvp(
        lambda t: contact.sphere_plane(after(level, t), balls, planes).gap, (0.0,), (1.0,)
    )
    velocity = rows.velocity(found.jacobian, rows.twist(level), None)
    np.testing.assert_allclose(velocity[:, 0], rate, atol=1e-12)


def test_gap_between_spheres_changes_at_the_normal_velocity(links, spheres):
    a, b, balls, others = links(3), links(3), spheres(3), spheres(3)

    def touching(t):
        return contact.sphere_sphere(after(a, t), balls, after(b, t), others)

    _, rate = jax.jvp(lambda t: touching(t).gap, (0.0,), (1.0,))
    velocity = rows.velocity(touching(0.0).jacobian, rows.twist(a), rows.twist(b))
    np.testing.assert_allclose(velocity[:, 0], rate, atol=1e-12)


def test_frames_are_right_handed_with_the_normal_first(links, spheres, directions):
    normal = directions(3)
    frame = contact.sphere_plane(links(3), spheres(3), Planes(normal, jnp.zeros(3))).frame
    np.testing.assert_array_equal(frame[:, 0], normal)
    np.testing.assert_allclose(
        frame @ jnp.swapaxes(frame, -1, -2), np.stack([np.eye(3)] * 3), atol=1e-14
    )
    np.testing.assert_allclose(np.linalg.det(frame), 1)


def test_a_sphere_rolling_on_a_plane_has_no_slip(links, directions):
    """ω × (-r n) + v = 0 at the point that touches."""
    level, normal, radius = links(2), directions(2), jnp.array([0.3, 0.4])
    rolling = level._replace(linear=jnp.cross(level.angular, radius[:, None] * normal))
    ball = Spheres(jnp.zeros((2, 3)), radius)
    found = contact.sphere_plane(rolling, ball, Planes(normal, jnp.zeros(2)))
    velocity = rows.velocity(found.jacobian, rows.twist(rolling), None)
    np.testing.assert_allclose(velocity, 0, atol=1e-14)


def test_colliding_spheres_keep_momentum_and_angular_momentum(links, spheres):
    a, b = links(2), links(2)
    jacobian = contact.sphere_sphere(a, spheres(2), b, spheres(2)).jacobian
    force = jacobian.first[..., 3:] + jacobian.second[..., 3:]
    torque = sum(
        wrench[..., :3] + jnp.cross(level.position[:, None], wrench[..., 3:])
        for level, wrench in ((a, jacobian.first), (b, jacobian.second))
    )
    np.testing.assert_allclose(force, 0, atol=1e-14)
    np.testing.assert_allclose(torque, 0, atol=1e-13)


def test_coincident_centres_touch_along_the_vertical_with_finite_derivatives(links):
    level, ball = links(1), Spheres(jnp.zeros((1, 3)), jnp.array([0.2]))
    found = contact.sphere_sphere(level, ball, level, ball)
    np.testing.assert_array_equal(found.frame[0, 0], [0, 0, 1])
    np.testing.assert_allclose(found.gap, -0.4)

    def outcome(position):
        moved = contact.sphere_sphere(level._replace(position=position), ball, level, ball)
        return moved.gap, moved.frame, moved.jacobian

    for slope in jax.tree.leaves(jax.jit(jax.jacobian(outcome))(level.position)):
        assert np.isfinite(slope).all()


def test_a_pair_apart_may_come_as_near_as_its_gap():
    assert aim(gap=0.03).normal[0] == pytest.approx(-3.0)


def test_a_share_of_a_penetration_is_removed():
    assert aim(gap=-0.03).normal[0] == pytest.approx(0.2 * 3.0)


def test_a_pair_that_meets_within_the_step_leaves_at_restitution_times_its_speed():
    assert aim(gap=0.03, before=-4.0, free=-4.1, restitution=0.5).normal[0] == pytest.approx(2.0)


@pytest.mark.parametrize(
    "state",
    [
        pytest.param({"gap": 0.05, "before": -4.0, "free": -4.1}, id="it stays apart"),
        pytest.param({"gap": -0.01, "before": 4.0, "free": 3.9}, id="it separates"),
        pytest.param({"gap": 0.0, "before": 0.0, "free": -0.1}, id="it rests"),
    ],
)
def test_nothing_bounces_while(state):
    bouncing, plain = aim(**state, restitution=0.9), aim(**state)
    assert bouncing.normal[0] == plain.normal[0]


def test_a_bounce_is_no_slower_than_what_a_penetration_asks_for():
    deep = aim(gap=-0.5, before=-1.0, free=-1.1, restitution=0.5)
    assert deep.normal[0] == pytest.approx(0.2 * 0.5 / 0.01)


def test_a_soft_contact_at_rest_yields_by_softness_times_force():
    """v + β gap / dt + compliance λ = 0 at v = 0 and λ = F dt."""
    softness, force = 1e-4, 50.0
    soft = aim(gap=-softness * force, softness=softness)
    assert soft.compliance[0] * force * DT == pytest.approx(float(soft.normal[0]))


def test_world_force_turns_impulses_out_of_the_contact_frame(links, spheres, directions, random):
    found = contact.sphere_plane(links(2), spheres(2), Planes(directions(2), jnp.zeros(2)))
    impulse = jnp.asarray(random.normal(size=(2, 3)))
    force = contact.world_force(found, impulse, DT)
    np.testing.assert_allclose(jnp.einsum("nij,nj->ni", found.frame, force) * DT, impulse)
