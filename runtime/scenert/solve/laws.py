"""The laws of constraint rows: which impulse a row takes, given the velocity it is left with.

Each law is a record of arrays over n blocks of m rows with one method,

    project(k, impulse, velocity, gram) -> impulse

for row k of every block: from the row's impulse so far, its velocity under all impulses so far, and
its own response `gram` = y · y, the impulse that satisfies the row with all others held. Arrays are
(n,) for one row. A row without response (gram = 0) keeps its impulse.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from scenert.ops import vector


class Bilateral(NamedTuple):
    """The velocity shall be `target` (n, m), whatever impulse that takes."""

    target: Array

    def project(self, k: int, impulse: Array, velocity: Array, gram: Array) -> Array:
        """See the module's docstring."""
        return impulse - _over(velocity - self.target[:, k], gram)


class Passive(NamedTuple):
    """A joint's armature a and damping b, which oppose changes and motion of its coordinate.

    The impulse is -a (v - v0) - b dt v = momentum - conductance v, with momentum a v0 and
    conductance a + b dt, both (n, m). As v itself contains the row's own response,
    λ = λ0 - (c v - p + λ0) / (c gram + 1).
    """

    conductance: Array
    momentum: Array

    def project(self, k: int, impulse: Array, velocity: Array, gram: Array) -> Array:
        """See the module's docstring."""
        c, p = self.conductance[:, k], self.momentum[:, k]
        return impulse - (c * velocity - p + impulse) / (c * gram + 1.0)


class Motor(NamedTuple):
    """The velocity shall be `target`, as far as impulses within ±`bound` reach: (n, m) each."""

    target: Array
    bound: Array

    def project(self, k: int, impulse: Array, velocity: Array, gram: Array) -> Array:
        """See the module's docstring."""
        wanted = impulse - _over(velocity - self.target[:, k], gram)
        bound = self.bound[:, k]
        capped = jnp.where(wanted < bound, wanted, bound)
        return jnp.where(capped > -bound, capped, -bound)


class Interval(NamedTuple):
    """The velocity shall lie in [lower, upper], (n, m) each: both ends of a limit in one row.

    The impulse that would put the velocity at `lower` is never below the one for `upper`, and at
    most one of them has the sign with which its end may push: the middle one of the two and zero.
    """

    lower: Array
    upper: Array

    def project(self, k: int, impulse: Array, velocity: Array, gram: Array) -> Array:
        """See the module's docstring."""
        up = impulse - _over(velocity - self.lower[:, k], gram)
        down = impulse - _over(velocity - self.upper[:, k], gram)
        pulling = jnp.where(down < 0, down, 0.0)
        return jnp.where(up > 0, up, pulling)


def _over(velocity: Array, gram: Array) -> Array:
    """velocity / gram, or 0 where there is no response."""
    responds = gram > 0
    return jnp.where(responds, velocity / jnp.where(responds, gram, 1.0), 0.0)


class Contact(NamedTuple):
    """Three rows: unilateral normal, and two tangents held in the round cone of Coulomb friction.

    target (n,) m/s, compliance (n,), friction (n,): see `scenert.ops.contact.Target`.
    """

    target: Array
    compliance: Array
    friction: Array

    def project_normal(self, impulse: Array, velocity: Array, gram: Array) -> Array:
        """Normal impulse (n,) >= 0, complementary to velocity + compliance λ >= target."""
        short = velocity - self.target + self.compliance * impulse
        wanted = impulse - _over(short, gram + self.compliance)
        return jnp.where(wanted > 0, wanted, 0.0)

    def project_tangent(self, impulse: Array, velocity: Array, step: Array, normal: Array) -> Array:
        """Tangent impulses (n, 2) on the disc of radius friction times `normal` (n,).

        A projected gradient step: the impulse that stops the slip for a response of `step` (n,),
        drawn back radially. `step` bounds the largest eigenvalue of the tangents' 2 x 2 response,
        so that the step never overshoots.
        """
        wanted = impulse - _over(velocity, step[:, None])
        radius = (self.friction * normal)[:, None]
        inside = vector.dot(wanted, wanted)[:, None] < radius * radius
        return jnp.where(inside, wanted, radius * vector.unit(wanted, 0.0))


class PyramidContact(Contact):
    """The same with friction bounded along each tangent by itself, as in the literature's LCP."""

    def project_tangent(self, impulse: Array, velocity: Array, step: Array, normal: Array) -> Array:
        """Tangent impulses (n, 2) in the square of half width friction times `normal` (n,)."""
        wanted = impulse - _over(velocity, step[:, None])
        radius = (self.friction * normal)[:, None]
        capped = jnp.where(wanted < radius, wanted, radius)
        return jnp.where(capped > -radius, capped, -radius)


Scalar = Bilateral | Passive | Motor | Interval
Law = Scalar | Contact
