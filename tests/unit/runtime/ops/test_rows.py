import jax.numpy as jnp
import numpy as np

from scenert.ops import rows
from scenert.ops.rows import Jacobian, Response


def test_point_wrench_has_the_power_of_a_force_on_the_moving_point(random):
    directions, arm, twist = (random.normal(size=s) for s in ((2, 4, 3), (2, 3), (2, 6)))
    wrench = rows.point_wrench(jnp.asarray(directions), jnp.asarray(arm))
    velocity = twist[:, 3:] + np.cross(twist[:, :3], arm)
    power = np.einsum("nmi,ni->nm", directions, velocity)
    np.testing.assert_allclose(np.einsum("nmi,ni->nm", wrench, twist), power)


def test_axis_wrench_has_the_power_of_a_torque(random):
    directions, twist = random.normal(size=(2, 4, 3)), random.normal(size=(2, 6))
    wrench = rows.axis_wrench(jnp.asarray(directions))
    power = np.einsum("nmi,ni->nm", directions, twist[:, :3])
    np.testing.assert_allclose(np.einsum("nmi,ni->nm", wrench, twist), power)


def test_velocity_adds_both_sides(random):
    a, b = (jnp.asarray(random.normal(size=(2, 3, 6))) for _ in range(2))
    x, y = (jnp.asarray(random.normal(size=(2, 6))) for _ in range(2))
    expected = np.einsum("nmi,ni->nm", a, x) + np.einsum("nmi,ni->nm", b, y)
    np.testing.assert_allclose(rows.velocity(Jacobian(a, b), x, y), expected)
    alone = np.einsum("nmi,ni->nm", a, x)
    np.testing.assert_allclose(rows.velocity(Jacobian(a, None), x, None), alone)


def test_relative_rows_are_at_rest_while_both_links_move_alike(random):
    wrench, twist = (
        jnp.asarray(random.normal(size=(2, 3, 6))),
        jnp.asarray(random.normal(size=(2, 6))),
    )
    jacobian = rows.relative(wrench, wrench)
    np.testing.assert_array_equal(rows.velocity(jacobian, twist, twist), np.zeros((2, 3)))


def test_response_reads_the_rows_off_the_links_responses(random):
    a, b = (jnp.asarray(random.normal(size=(2, 3, 6))) for _ in range(2))
    x, y = (jnp.asarray(random.normal(size=(2, 6, 5))) for _ in range(2))
    found = rows.response(Jacobian(a, b), x, y)
    np.testing.assert_allclose(found.first, a @ x)
    np.testing.assert_allclose(found.second, b @ y)
    assert rows.response(Jacobian(a, b), None, y).first is None
    assert rows.response(Jacobian(a, None), x, None).second is None


def test_rows_within_one_tree_act_on_one_whitened_velocity(random):
    x, y = (jnp.asarray(random.normal(size=(2, 3, 5))) for _ in range(2))
    np.testing.assert_allclose(rows.same_tree(Response(x, y)).first, x + y)
    assert rows.same_tree(Response(x, y)).second is None
    assert rows.same_tree(Response(None, y)).first is y
    assert rows.same_tree(Response(x, None)).first is x


def test_each_makes_every_row_a_block():
    x = jnp.arange(30.0).reshape(2, 3, 5)
    split = rows.each(Response(x, None))
    np.testing.assert_array_equal(split.first, x.reshape(6, 1, 5))
    assert split.second is None
