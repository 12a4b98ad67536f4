"""The classical Runge-Kutta method for smooth scenes."""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array, lax

Rates = tuple[Array, Array]
Flow = Callable[[Array, Array], Rates]

SHARES = (0.0, 0.5, 0.5, 1.0)  # of the step, at which each stage looks, along the rates before it
WEIGHTS = (1 / 6, 1 / 3, 1 / 3, 1 / 6)


def rk4(flow: Flow, q: Array, v: Array, dt: Array) -> tuple[Array, Array]:
    """Coordinates and velocities after `dt` [s]; `flow` gives their rates.

    Rotation matrices follow Ṙ = [ω] R element by element, to the method's own fourth order. The
    stages are scanned, so that the program holds the dynamics once.
    """

    def stage(at: tuple[Rates, Rates], tableau: Array) -> tuple[tuple[Rates, Rates], None]:
        (rate, acceleration), (total_q, total_v) = at
        share, weight = tableau
        rates = flow(q + share * dt * rate, v + share * dt * acceleration)
        return (rates, (total_q + weight * rates[0], total_v + weight * rates[1])), None

    zero = (jnp.zeros_like(q), jnp.zeros_like(v))
    tableau = jnp.array([SHARES, WEIGHTS], q.dtype).T
    (_, (total_q, total_v)), _ = lax.scan(stage, (zero, zero), tableau)
    return q + dt * total_q, v + dt * total_v
