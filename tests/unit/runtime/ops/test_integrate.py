import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.ops.integrate import rk4


@jax.jit
def step(q, v, dt):
    """A step of a pendulum."""
    return rk4(lambda q, v: (v, -jnp.sin(q)), q, v, dt)


def swing(steps):
    """The pendulum, released at 2 rad, after one second."""
    q, v = jnp.array([2.0]), jnp.array([0.0])
    for _ in range(steps):
        q, v = step(q, v, jnp.asarray(1.0 / steps))
    return np.concatenate([q, v])


def test_the_error_falls_with_the_fourth_power_of_the_step():
    fine = swing(160)
    coarse = np.linalg.norm(swing(5) - fine) / np.linalg.norm(swing(10) - fine)
    assert 13 < coarse < 19


def test_a_thrown_ball_is_followed_exactly():
    gravity = jnp.array([0.0, -9.81])
    q, v = rk4(lambda _, v: (v, gravity), jnp.zeros(2), jnp.array([3.0, 4.0]), jnp.asarray(0.5))
    np.testing.assert_allclose(q, [1.5, 2 - 9.81 / 8])
    np.testing.assert_allclose(v, [3.0, 4 - 9.81 / 2])


def test_all_stages_use_the_coordinates_and_velocities_of_their_own():
    """The rates of q' = q v, v' = 1 mix both: q = exp(t^2 / 2)."""
    q, v = rk4(lambda q, v: (q * v, jnp.ones_like(v)), jnp.ones(1), jnp.zeros(1), jnp.asarray(0.1))
    assert q[0] == pytest.approx(np.exp(0.005), abs=1e-8)
    assert v[0] == pytest.approx(0.1)
