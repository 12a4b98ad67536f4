import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.ops import actuation

DT = jnp.asarray(0.01)


def test_clip_holds_values_within_the_bound():
    value, bound = jnp.array([-3.0, -1.0, 0.5, 2.0]), jnp.array([1.0, 2.0, 1.0, 1.5])
    np.testing.assert_array_equal(actuation.clip(value, bound), [-1, -1, 0.5, 1.5])


def test_a_clipped_value_depends_on_the_bound_alone():
    by_value, by_bound = jax.grad(actuation.clip, argnums=(0, 1))(
        jnp.asarray(-3.0), jnp.asarray(1.0)
    )
    assert (by_value, by_bound) == (0, -1)


def test_a_servo_aims_at_its_target_as_fast_as_it_may():
    angle, control = jnp.array([0.0, 0.0, 1.0]), jnp.array([0.1, 2.0, -3.0])
    gain, fastest = jnp.full(3, 5.0), jnp.full(3, 4.0)
    np.testing.assert_allclose(actuation.servo_speed(angle, control, gain, fastest), [0.5, 4, -4])
    np.testing.assert_allclose(actuation.servo_speed(angle, control, gain, None), [0.5, 10, -20])


def test_a_motor_has_the_impulse_of_its_torque_over_the_step():
    law = actuation.motor(jnp.array([2.0, 3.0]), jnp.array([5.0, 6.0]), DT)
    np.testing.assert_allclose(law.target, [[2], [3]])
    np.testing.assert_allclose(law.bound, [[0.05], [0.06]])


@pytest.mark.parametrize(
    ("value", "slowest", "fastest"),
    [
        pytest.param(0.2, -70.0, 30.0, id="between its limits it may reach either"),
        pytest.param(0.6, -110.0, -2.0, id="beyond the upper one it returns by a share"),
        pytest.param(-0.6, 2.0, 110.0, id="beyond the lower one it returns by a share"),
        pytest.param(0.5, -100.0, 0.0, id="at the upper one it may not go on"),
    ],
)
def test_a_limited_coordinate(value, slowest, fastest):
    ends = (jnp.array([x]) for x in (value, -0.5, 0.5))
    law = actuation.limit(*ends, DT, jnp.asarray(0.2))
    assert law.lower[0, 0] == pytest.approx(slowest)
    assert law.upper[0, 0] == pytest.approx(fastest)


def test_armature_and_damping_leave_the_velocity_of_an_implicit_step():
    """(m + a + b dt) v = m v_free + a v0: solved by the law for a row of response 1 / m."""
    mass, armature, damping, before, free = 2.0, 0.5, 3.0, 1.0, 4.0
    one = (jnp.array([x]) for x in (before, armature, damping))
    law = actuation.passive(*one, DT)
    gain = law.gain(jnp.array([[1 / mass]]))[0]
    impulse = law.project(0, jnp.zeros(1), jnp.array([free]), gain)[0]
    expected = (mass * free + armature * before) / (mass + armature + damping * DT)
    assert free + impulse / mass == pytest.approx(float(expected))


def test_armature_of_zero_has_the_derivative_of_a_small_one():
    """d λ / d a = -(v - v0) at a = 0."""

    def impulse(armature):
        law = actuation.passive(jnp.array([1.0]), armature[None], jnp.zeros(1), DT)
        gain = law.gain(jnp.array([[0.5]]))[0]
        return law.project(0, jnp.zeros(1), jnp.array([4.0]), gain)[0]

    assert jax.grad(impulse)(jnp.asarray(0.0)) == pytest.approx(-3.0)


def test_joint_forces_have_the_power_of_their_wrenches(random):
    jacobian, force, twist = (
        jnp.asarray(random.normal(size=s)) for s in ((2, 3, 6), (2, 3), (2, 6))
    )
    wrench = actuation.joint_wrench(jacobian, force)
    power = np.einsum("nk,nki,ni->n", force, jacobian, twist)
    np.testing.assert_allclose(np.einsum("ni,ni->n", wrench, twist), power)


def test_thrust_acts_at_its_point(links, random):
    link, point, force = (
        links(1),
        jnp.asarray(random.normal(size=3)),
        jnp.asarray(random.normal(size=3)),
    )
    arm = link.rotation[0] @ point
    expected = jnp.concatenate([jnp.cross(arm, force), force])
    np.testing.assert_allclose(actuation.thrust(link, point, force)[0], expected)


def test_a_torque_pushes_nowhere():
    np.testing.assert_array_equal(
        actuation.twist_torque(jnp.array([1.0, 2, 3])), [[1, 2, 3, 0, 0, 0]]
    )
