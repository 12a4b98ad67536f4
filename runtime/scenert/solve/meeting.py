"""The impulse of a pair that strikes, with all others held: normal and friction at once.

A tree that is struck aslant answers to the normal with a tangential motion and the other way round.
Relaxing one after the other converges, but slowly: with the response W of the three rows, by the
factor W_nt² / (W_nn W_tt) a sweep, 0.36 for a rod that is hit at 45 degrees. Here both are solved
for. Either the pair sticks, which takes

    λ = -W⁻¹ (b - g)        b its velocity without λ, g = (target, 0, 0)

if that is in the friction cone, or it slides along d, with λ = λ_n (1, µ d) and

    λ_n = (target - b_n) / (W_nn + µ W_nt · d)

As the motion opposes the friction, d is the direction of λ_t - u_t / w for the velocity u with λ,
of which it is a fixed point: in a plane, and where W_tt is the same in all directions and W_nt is
zero, it is that of the sticking impulse.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array

from scenert.ops import vector
from scenert.ops.vector import apply, dot
from scenert.solve.laws import Contact

LEAST = 0.1  # of W_nn: what friction may leave of the response to a sliding impulse


def impulse(law: Contact, before: Array, velocity: Array, response: Array) -> Array:
    """The impulses (n, 3) on n pairs that have the impulses `before` (n, 3) and with them the
    velocities (n, 3), and respond by `response` (n, 3, 3)."""
    share = float(np.finfo(response.dtype).eps) ** 0.5
    size = jnp.trace(response, axis1=-2, axis2=-1)
    scale = jnp.where(size > 0, size, 1.0)
    guarded = response + (share * scale)[:, None, None] * jnp.eye(3, dtype=response.dtype)
    goal = velocity.at[:, 0].add(-law.target)
    sticking = before - apply(_inverse(guarded), goal)
    sticking = _exact(sticking, before, goal, response)
    sliding = _sliding(law, before, velocity, guarded, sticking)
    pull = dot(sticking[:, 1:], sticking[:, 1:])
    inside = pull < (law.friction * sticking[:, 0]) ** 2
    holds = jnp.where(((sticking[:, 0] > 0) & inside)[:, None], sticking, sliding)
    moves = (size > 0) & (holds[:, 0] > 0)
    return jnp.where(moves[:, None], holds, 0.0)


def _exact(sticking: Array, before: Array, goal: Array, W: Array) -> Array:
    """The same with the normal velocity to the last digit, which the guard has cost."""
    left = goal[:, 0] + dot(W[:, 0], sticking - before)
    own = jnp.where(W[:, 0, 0] > 0, W[:, 0, 0], 1.0)
    return sticking.at[:, 0].add(-left / own)


def _sliding(law: Contact, before: Array, velocity: Array, W: Array, sticking: Array) -> Array:
    """The impulses (n, 3) with which pairs slide."""
    stiff = 1.0 / jnp.maximum(W[:, 1, 1], W[:, 2, 2])
    opposing = before[:, 1:] - velocity[:, 1:] * stiff[:, None]
    opposing = jnp.where((before[:, 0] > 0)[:, None], opposing, sticking[:, 1:])
    along = opposing * vector.inverse_length(opposing)[:, None]
    cone = jnp.concatenate([jnp.ones_like(along[:, :1]), law.friction[:, None] * along], axis=-1)
    alone = velocity[:, 0] - dot(W[:, 0], before)
    answer = jnp.maximum(dot(W[:, 0], cone), LEAST * W[:, 0, 0])
    return cone * ((law.target - alone) / answer)[:, None]


def _inverse(matrix: Array) -> Array:
    """The inverses of symmetric positive matrices (n, 3, 3): cross products of rows over the
    determinant."""
    a, b, c = matrix[:, 0], matrix[:, 1], matrix[:, 2]
    rows = jnp.stack([vector.cross(b, c), vector.cross(c, a), vector.cross(a, b)], axis=-1)
    return rows * (1.0 / dot(a, vector.cross(b, c)))[:, None, None]
