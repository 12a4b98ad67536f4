"""The classical Runge-Kutta method for smooth scenes."""

from __future__ import annotations

from collections.abc import Callable

from jax import Array

Flow = Callable[[Array, Array], tuple[Array, Array]]


def rk4(flow: Flow, q: Array, v: Array, dt: Array) -> tuple[Array, Array]:
    """Coordinates and velocities after `dt` [s]; `flow` gives their rates.

    Rotation matrices follow Ṙ = [ω] R element by element, to the method's own fourth order.
    """
    q1, v1 = flow(q, v)
    q2, v2 = flow(q + 0.5 * dt * q1, v + 0.5 * dt * v1)
    q3, v3 = flow(q + 0.5 * dt * q2, v + 0.5 * dt * v2)
    q4, v4 = flow(q + dt * q3, v + dt * v3)
    sixth = dt / 6.0
    return q + sixth * (q1 + 2.0 * (q2 + q3) + q4), v + sixth * (v1 + 2.0 * (v2 + v3) + v4)
