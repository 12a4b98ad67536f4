"""Friction cones: which impulses a contact may carry.

A cone draws the impulses that rows ask for back to those that a contact can give. It has two
methods,

    push(demand, gain) -> normal impulse (n,)
    hold(demand, gain, wanted, friction) -> tangent impulses (n, 2)

`demand` (n,) is the normal impulse that the normal row asks for, of either sign, `gain` (n,) what
an impulse there changes per velocity, and `wanted` (n, 2) are the tangent impulses that would stop
the slip.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from scenert.ops import vector


class _Sharp(NamedTuple):
    """No pull, and tangents as far as `bound` lets them: friction times normal is the radius."""

    def push(self, demand: Array, gain: Array) -> Array:  # noqa: ARG002
        """See the module's docstring."""
        return positive(demand)

    def hold(
        self,
        demand: Array,
        gain: Array,  # noqa: ARG002
        wanted: Array,
        friction: Array,
    ) -> Array:
        """See the module's docstring."""
        return self.bound(wanted, friction * positive(demand))

    def bound(self, wanted: Array, radius: Array) -> Array:
        """The tangent impulses (n, 2) that there are, next to `wanted`, for the radii (n,)."""
        raise NotImplementedError


class Round(_Sharp):
    """Coulomb's cone: tangents on the disc of radius friction times normal."""

    def bound(self, wanted: Array, radius: Array) -> Array:
        """Drawn back radially."""
        inside = vector.dot(wanted, wanted) < radius * radius
        share = jnp.where(inside, 1.0, radius * vector.inverse_length(wanted))
        return wanted * share[:, None]


class Pyramid(_Sharp):
    """Friction bounded along each tangent by itself, as in the literature's LCP."""

    def bound(self, wanted: Array, radius: Array) -> Array:
        """Each clipped."""
        radius = radius[:, None]
        capped = jnp.where(wanted < radius, wanted, radius)
        return jnp.where(capped > -radius, capped, -radius)


class Smoothed(NamedTuple):
    """Impulses as those of `cone`, with the derivative of their mean over gaps that scatter.

    Where contacts do not touch, their impulses are 0 whatever one does, and so is the derivative.
    If a gap is only known up to a scatter, it may touch after all. Let ξ be distributed by the
    logistic distribution, P(ξ > -y) = σ(y) = 1 / (1 + exp(-y)), and the gap be less by the length w
    times ξ. A row asks for what velocity is missing times its gain, so that the demand x is more by
    c ξ then, with c = gain w / h for the step h, and `width` (n,) = w / h here.

    Normal.  With s(x) = σ(x / c), the derivative of the mean is the share of gaps that touch,

        d E[max(x + c ξ, 0)] / dx = P(x + c ξ > 0) = s(x)

    Tangents.  A contact holds wanted tangents t where μ (x + c ξ) > |t|, which is the share
    s(x - |t| / μ), and slides otherwise. Between touching and holding, the share
    s(x) - s(x - |t| / μ), tangents grow along t by μ with x. The mean impulse is f t,

        f = E[min(1, μ max(x + c ξ, 0) / |t|)] = (S(x) - S(x - b)) / b,    b = |t| / μ

    with S(x) = c log(1 + exp(x / c)) and S' = s. Differentiating f t, along t and across,

        d(f t) = s(x - b) e eᵀ dt + f (1 - e eᵀ) dt + μ (s(x) - s(x - b)) e dx
                 + (S(x) - S(x - b) - b s(x - b)) e dμ,                      e = t / |t|

    As w goes to 0, the shares become 0 or 1, and these the derivatives of `cone`. In the pyramid,
    each tangent by itself is such a t.

    A derivative of this kind is no derivative of the motion: it is one of what the motion is on
    average where nobody knows the ground to better than about w. Gaps scatter anew in every step:
    what hovers for n steps is felt to touch at least once from about the height w log n on. (Suh et
    al., "Do differentiable simulators give better policy gradients?", ICML 2022, compare gradients
    of mean motions with exact ones.)
    """

    cone: Round | Pyramid
    width: Array

    def push(self, demand: Array, gain: Array) -> Array:
        """See the module's docstring."""
        return _push(demand, self._scatter(gain))

    def hold(self, demand: Array, gain: Array, wanted: Array, friction: Array) -> Array:
        """See the module's docstring."""
        hold = _hold_pyramid if isinstance(self.cone, Pyramid) else _hold_round
        return hold(demand, self._scatter(gain), wanted, friction)

    def _scatter(self, gain: Array) -> Array:
        """c (n,); a row without response asks for nothing, however its gap scatters."""
        return jnp.where(gain > 0, self.width * gain, 1.0)


Cone = Round | Pyramid | Smoothed


def smoothed(cone: Round | Pyramid, width: Array, dt: Array, gap: Array) -> Smoothed:
    """`cone` with its n contacts smoothed over gaps that scatter by `width` [m].

    dt is the time step [s], and gap (n,) [m] are those of the contacts.
    """
    return Smoothed(cone, jnp.broadcast_to(width / dt, gap.shape))


def positive(demand: Array) -> Array:
    """max(demand, 0), with derivative 0 at 0."""
    return jnp.where(demand > 0, demand, 0.0)


@jax.custom_jvp
def _push(demand: Array, scatter: Array) -> Array:  # noqa: ARG001
    return positive(demand)


@_push.defjvp
def _push_tangent(at: tuple[Array, ...], moved: tuple[Array, ...]) -> tuple[Array, Array]:
    (demand, scatter), (moved_demand, _) = at, moved
    return positive(demand), jax.nn.sigmoid(demand / scatter) * moved_demand


@jax.custom_jvp
def _hold_round(demand: Array, scatter: Array, wanted: Array, friction: Array) -> Array:
    return Round().hold(demand, scatter, wanted, friction)


@_hold_round.defjvp
def _hold_round_tangent(at: tuple[Array, ...], moved: tuple[Array, ...]) -> tuple[Array, Array]:
    return _hold_round(*at), _mean_hold_tangent(at, moved)


@jax.custom_jvp
def _hold_pyramid(demand: Array, scatter: Array, wanted: Array, friction: Array) -> Array:
    return Pyramid().hold(demand, scatter, wanted, friction)


@_hold_pyramid.defjvp
def _hold_pyramid_tangent(at: tuple[Array, ...], moved: tuple[Array, ...]) -> tuple[Array, Array]:
    """Each tangent by itself, as a vector of one element."""
    along = [
        _mean_hold_tangent(
            (*at[:2], at[2][:, k : k + 1], at[3]), (*moved[:2], moved[2][:, k : k + 1], moved[3])
        )
        for k in range(2)
    ]
    return _hold_pyramid(*at), jnp.concatenate(along, axis=-1)


def _mean_hold_tangent(at: tuple[Array, ...], moved: tuple[Array, ...]) -> Array:
    """d(f t) (n, k) of `Smoothed`, at x (n,), c (n,), t (n, k) and μ (n,), in units of c."""
    (demand, scatter, wanted, friction), (moved_demand, _, moved_wanted, moved_friction) = at, moved
    y = demand / scatter
    radius = friction * scatter
    b = vector.length(wanted) / jnp.where(radius > _SLIPPERY, radius, _SLIPPERY)
    b = jnp.where(b < _FARTHEST, b, _FARTHEST)
    touching, holding = jax.nn.sigmoid(y), jax.nn.sigmoid(y - b)
    f = _mean_share(y, b)
    e = vector.unit(wanted, 0.0)
    along = vector.dot(e, moved_wanted)
    radial = (
        (holding - f) * along
        + friction * (touching - holding) * moved_demand
        + scatter * b * (f - holding) * moved_friction
    )
    return f[:, None] * moved_wanted + radial[:, None] * e


_SLIPPERY, _FARTHEST = 1e-30, 1e18  # without friction nothing holds, however firmly it touches
_SMALL = 1e-2


def _mean_share(y: Array, b: Array) -> Array:
    """f = (S(y) - S(y - b)) / b for c = 1, (n,).

    S(y) = max(y, 0) + log(1 + exp(-|y|)), whose first terms differ by b clipped to [0, max(y, 0)]:
    nothing large is subtracted from anything large. For small b it is the mean of σ at the ends,
    up to b² / 100.
    """
    small = b < _SMALL
    step = jnp.where(small, 1.0, b)
    firm = jnp.where(positive(y) < step, positive(y), step)
    difference = firm + jnp.log1p(jnp.exp(-jnp.abs(y))) - jnp.log1p(jnp.exp(-jnp.abs(y - step)))
    ends = 0.5 * (jax.nn.sigmoid(y) + jax.nn.sigmoid(y - b))
    return jnp.where(small, ends, difference / step)
