"""Dynamics of articulated trees in linear time, and their whitened velocity.

Eliminating links from the tips inwards factorizes the mass matrix M of a tree (Featherstone's
articulated-body algorithm; Rodriguez and Jain's innovations factorization). With I the articulated
inertia of a link, S the motion subspace of its joint and P the joint's own inertia (armature, and
the damping of an implicit step),

    D = Sᵀ I S + P = W⁻ᵀ W⁻¹         W upper triangular: D⁻¹ = W Wᵀ
    G = I S W                        the gain: I - G Gᵀ is what the parent feels

The change of velocity that impulses cause is then v̇ = W (z - Gᵀ a) from the roots outwards, where
a is the link's twist change as carried by its parent and z a vector with |z|² / 2 the kinetic
energy of the change. z is the *whitened velocity* of the tree: written in it the mass matrix is 1,
and a constraint row J and its response M⁻¹ Jᵀ are one and the same vector.

All functions take one level of w links; `scenert.ops.chain` runs them along a run of levels.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from scenert.ops import spatial
from scenert.ops.tree import Level
from scenert.ops.vector import apply


class Factor(NamedTuple):
    """A level's share of the factorized mass matrix.

    whitener W (w, k, k), gain G (w, 6, k), rest I - G Gᵀ (w, 6, 6).
    """

    whitener: Array
    gain: Array
    rest: Array


def factorize(inertia: Array, level: Level, passive: Array) -> tuple[Factor, Array]:
    """Eliminate a level's joints.

    inertia (w, 6, 6): the links' own and everything they carry. passive (w, k): the joints' own
    inertia P. Returns the factor and the inertia (w, 6, 6) felt by the parents, at their origins.
    """
    response = inertia @ level.subspace
    energy = jnp.swapaxes(level.subspace, -1, -2) @ response
    whitener = _whitener(
        energy + passive[..., None] * jnp.eye(passive.shape[-1], dtype=passive.dtype)
    )
    gain = response @ whitener
    rest = inertia - gain @ jnp.swapaxes(gain, -1, -2)
    return Factor(whitener, gain, rest), spatial.shift_inertia(rest, level.offset)


def drive(factor: Factor, level: Level, wrench: Array, force: Array) -> tuple[Array, Array]:
    """Whitened joint forces y (w, k), and the wrench (w, 6) that the parents must bear.

    wrench (w, 6): what holds the links, and everything they carry, unaccelerated. force (w, k):
    generalized forces on the joints.
    """
    net = force - apply(jnp.swapaxes(level.subspace, -1, -2), wrench)
    y = apply(jnp.swapaxes(factor.whitener, -1, -2), net)
    borne = wrench + apply(factor.rest, level.bias) + apply(factor.gain, y)
    return y, spatial.shift_wrench(borne, level.offset)


def unbalanced(factor: Factor, level: Level, wrench: Array, force: Array) -> tuple[Array, Array]:
    """Whitened joint forces y (w, k) that are left, and the wrench (w, 6) that the parents must
    bear, of links that accelerate already: as `drive`, whose links do not.

    wrench (w, 6): what the links, and everything they carry, need for the way they accelerate.
    """
    net = force - apply(jnp.swapaxes(level.subspace, -1, -2), wrench)
    y = apply(jnp.swapaxes(factor.whitener, -1, -2), net)
    return y, spatial.shift_wrench(wrench + apply(factor.gain, y), level.offset)


def accelerate(factor: Factor, level: Level, y: Array, parent: Array) -> tuple[Array, Array]:
    """Joint accelerations (w, k) and link accelerations (w, 6), given the parents' (w, 6)."""
    carried = spatial.shift_vector(parent, level.offset) + level.bias
    joint = apply(factor.whitener, y - apply(jnp.swapaxes(factor.gain, -1, -2), carried))
    return joint, carried + apply(level.subspace, joint)


def respond(factor: Factor, level: Level, slots: Array, parent: Array) -> tuple[Array, Array]:
    """Joint and link velocities per unit of whitened velocity: (w, k, n) and (w, 6, n).

    slots (w, k, n): which entries of the tree's whitened velocity belong to these joints. parent
    (w, 6, n): the parents' response.
    """
    carried = spatial.shift_motion(parent, level.offset)
    joint = factor.whitener @ (slots - jnp.swapaxes(factor.gain, -1, -2) @ carried)
    return joint, carried + level.subspace @ joint


def twist(level: Level, velocity: Array, parent: Array) -> Array:
    """Twists (w, 6) of a level's links for joint velocities (w, k), given the parents' (w, 6)."""
    return spatial.shift_vector(parent, level.offset) + apply(level.subspace, velocity)


def acceleration(level: Level, rate: Array, parent: Array) -> Array:
    """Accelerations (w, 6) of a level's links for joint accelerations (w, k)."""
    return twist(level, rate, parent) + level.bias


def factorize_loose(body: spatial.Mass, axes: Array) -> Factor:
    """The factor of single free bodies whose frames are their principal axes.

    axes (w, 3, 3) or (3, 3): those axes in the world, as columns R; where all moments are equal,
    any axes. With I the principal moments, D⁻¹ = diag(R I⁻¹ Rᵀ, 1/m), so
    W = diag(R I^-1/2, m^-1/2): no elimination is needed, and nothing is left for a parent to feel.
    """
    moments = jnp.diagonal(body.inertia, axis1=-2, axis2=-1)
    turning = axes / jnp.sqrt(moments)[:, None, :]
    moving = jnp.eye(3, dtype=turning.dtype) / jnp.sqrt(body.mass)[:, None, None]
    zero = jnp.zeros_like(turning)
    top = jnp.concatenate([turning, zero], axis=-1)
    bottom = jnp.concatenate([zero, moving], axis=-1)
    whitener = jnp.concatenate([top, bottom], axis=-2)
    none = jnp.zeros_like(whitener)
    return Factor(whitener, none, none)


def velocity_change(joint: Array, whitened: Array) -> Array:
    """Joint velocities (..., k) that whitened velocities (..., t) of their trees amount to, through
    the joints' responses (..., k, t)."""
    return apply(joint, whitened)


def _whitener(matrix: Array) -> Array:
    """Upper triangular W with W Wᵀ = matrix⁻¹ for symmetric positive matrices (..., k, k), k <= 6.

    Cholesky's elimination, written out: row j of the remaining matrix, over the root of its pivot,
    is column j of L. The same row operations turn the identity into L⁻¹ = Wᵀ. A library call would
    be slower at these sizes and could not be vectorized over robots.
    """
    rest = matrix
    identity = jnp.broadcast_to(jnp.eye(matrix.shape[-1], dtype=matrix.dtype), matrix.shape)
    inverse = [identity[..., j, :] for j in range(matrix.shape[-1])]
    for j in range(len(inverse)):
        scale = 1.0 / jnp.sqrt(rest[..., :1, 0])
        column = rest[..., 0, :] * scale
        inverse[j] = inverse[j] * scale
        for i in range(j + 1, len(inverse)):
            inverse[i] = inverse[i] - column[..., i - j, None] * inverse[j]
        below = column[..., 1:]
        rest = rest[..., 1:, 1:] - below[..., :, None] * below[..., None, :]
    return jnp.stack(inverse, axis=-1) if inverse else matrix
