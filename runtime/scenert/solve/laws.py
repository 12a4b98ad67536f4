"""The laws of constraint rows: which impulse a row takes, given the velocity it is left with.

Each law is a record of arrays over n blocks of m rows with two methods,

    gain(gram) -> gain, (n, m) each
    project(k, impulse, velocity, gain) -> impulse

The first turns the rows' own responses `gram` = y · y into what an impulse changes per velocity; it
is all that divides, and it is needed once. The second gives for row k of every block the impulse
that satisfies the row with all others held, from the row's impulse so far and its velocity under
all impulses so far: arrays (n,). A row without response has gain 0 and keeps its impulse.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from scenert.solve.cones import Cone, Round


class Bilateral(NamedTuple):
    """The velocity shall be `target` (n, m), whatever impulse that takes."""

    target: Array

    def gain(self, gram: Array) -> Array:
        """See the module's docstring."""
        return inverse(gram)

    def project(self, k: int, impulse: Array, velocity: Array, gain: Array) -> Array:
        """See the module's docstring."""
        return impulse - (velocity - self.target[:, k]) * gain


class Passive(NamedTuple):
    """A joint's armature a and damping b, which oppose changes and motion of its coordinate.

    The impulse is -a (v - v0) - b dt v = momentum - conductance v, with momentum a v0 and
    conductance a + b dt, both (n, m). As v itself contains the row's own response,
    λ = λ0 - (c v - p + λ0) / (c gram + 1).
    """

    conductance: Array
    momentum: Array

    def gain(self, gram: Array) -> Array:
        """See the module's docstring."""
        return 1.0 / (self.conductance * gram + 1.0)

    def project(self, k: int, impulse: Array, velocity: Array, gain: Array) -> Array:
        """See the module's docstring."""
        c, p = self.conductance[:, k], self.momentum[:, k]
        return impulse - (c * velocity - p + impulse) * gain


class Motor(NamedTuple):
    """The velocity shall be `target`, as far as impulses within ±`bound` reach: (n, m) each."""

    target: Array
    bound: Array

    def gain(self, gram: Array) -> Array:
        """See the module's docstring."""
        return inverse(gram)

    def project(self, k: int, impulse: Array, velocity: Array, gain: Array) -> Array:
        """See the module's docstring."""
        wanted = impulse - (velocity - self.target[:, k]) * gain
        bound = self.bound[:, k]
        capped = jnp.where(wanted < bound, wanted, bound)
        return jnp.where(capped > -bound, capped, -bound)


class Drive(NamedTuple):
    """A motor that may pass its target within the step: `target`, `bound` and `slip` (n, m) each.

    slip is the speed beyond the target at the start of the step. Under the accelerations of all
    other rows, steady over the step, the motor brakes with its bound until it meets the target, at
    the share s of the step. There it stays if its bound can hold it. If not, the speed goes on to
    the other side, and the bound acts that way, as that of friction would. Written in impulses,
    with b the bound, r that of the slip and d that of what the others change in the step,

        s = r / (b - d)        λ = -d - r where |d| <= b        λ = -(2 s - 1) b otherwise

    for r > 0; and λ = -b where the target is not met. The Motor's law would stop the speed at the
    target for the rest of such a step: off by h f(τ / h), of which derivatives see f'.
    """

    target: Array
    bound: Array
    slip: Array

    def gain(self, gram: Array) -> Array:
        """See the module's docstring."""
        return inverse(gram)

    def project(self, k: int, impulse: Array, velocity: Array, gain: Array) -> Array:
        """See the module's docstring."""
        stops = impulse - (velocity - self.target[:, k]) * gain
        bound, slip = self.bound[:, k], self.slip[:, k] * gain
        others = -stops - slip
        ahead = (slip > 0) | ((slip == 0) & (others < 0))
        sign = jnp.where(ahead, 1.0, -1.0)
        slip, others = sign * slip, sign * others
        room = bound - others
        meets = slip < room
        passes = (1.0 - 2.0 * slip / jnp.where(meets, room, 1.0)) * bound
        braked = jnp.where(meets, jnp.where(others < -bound, passes, -others - slip), -bound)
        return sign * braked


class Interval(NamedTuple):
    """The velocity shall lie in [lower, upper], (n, m) each: both ends of a limit in one row.

    The impulse that would put the velocity at `lower` is never below the one for `upper`, and at
    most one of them has the sign with which its end may push: the middle one of the two and zero.
    """

    lower: Array
    upper: Array

    def gain(self, gram: Array) -> Array:
        """See the module's docstring."""
        return inverse(gram)

    def project(self, k: int, impulse: Array, velocity: Array, gain: Array) -> Array:
        """See the module's docstring."""
        up = impulse - (velocity - self.lower[:, k]) * gain
        down = impulse - (velocity - self.upper[:, k]) * gain
        pulling = jnp.where(down < 0, down, 0.0)
        return jnp.where(up > 0, up, pulling)


def inverse(gram: Array) -> Array:
    """1 / gram, or 0 where there is no response."""
    responds = gram > 0
    return jnp.where(responds, 1.0 / jnp.where(responds, gram, 1.0), 0.0)


class Contact(NamedTuple):
    """Three rows: unilateral normal, and two tangents held by Coulomb friction.

    target (n,) m/s, compliance (n,), friction (n,): see `scenert.ops.contact.Target`. cone: the
    impulses that there are. slip (n, 2) m/s: with which contacts slide at the start of the step, if
    friction may turn round within it, see `scenert.solve.turning`.
    """

    target: Array
    compliance: Array
    friction: Array
    cone: Cone = Round()
    slip: Array | None = None

    def gain(self, gram: Array, across: Array) -> Array:
        """Gains (n, 2) of the normal row and of both tangents, whose responses to each other are
        `across` (n,).

        Gershgorin's bound on the largest eigenvalue of the tangents' 2 x 2 response: a step by its
        inverse never overshoots.
        """
        bound = jnp.maximum(gram[:, 1], gram[:, 2]) + jnp.abs(across)
        return inverse(jnp.stack([gram[:, 0] + self.compliance, bound], axis=-1))

    def demand(self, impulse: Array, velocity: Array, gain: Array) -> Array:
        """The normal impulse (n,) with which velocity + compliance λ is the target."""
        return impulse - (velocity - self.target + self.compliance * impulse) * gain[:, 0]

    def push(self, demand: Array, gain: Array) -> Array:
        """Normal impulse (n,) >= 0, complementary to velocity + compliance λ >= target."""
        return self.cone.push(demand, gain[:, 0])

    def hold(self, demand: Array, gain: Array, impulse: Array, slip: Array) -> Array:
        """Tangent impulses (n, 2) in the cone, from those so far and the slip velocity.

        A projected gradient step: the impulse that would stop the slip, drawn back.
        """
        wanted = impulse - slip * gain[:, 1:]
        return self.cone.hold(demand, gain[:, 0], wanted, self.friction)


class Oblique(Contact):
    """Contacts whose normal impulses move their pairs along the tangents, too: with the round cone,
    the impulses of a pair are found together, see `scenert.solve.meeting`."""


class Passing(NamedTuple):
    """A blow that passes through contacts turns every approach round at once, whatever happened
    before, until the pair parts.

    It takes energy or leaves it as it is, for restitution (n,) between 0 and 1, and so does any
    series of blows. The friction cone is that of `contact`.
    """

    contact: Contact
    restitution: Array

    def gain(self, gram: Array, across: Array) -> Array:
        """See `Contact`."""
        return self.contact.gain(gram, across)

    def demand(self, impulse: Array, velocity: Array, gain: Array) -> Array:
        """The impulse so far and, on approach, what turns the velocity round."""
        approach = jnp.where(velocity < 0, velocity, 0.0)
        return impulse - (1.0 + self.restitution) * approach * gain[:, 0]

    def push(self, demand: Array, gain: Array) -> Array:
        """See `Contact`."""
        return self.contact.push(demand, gain)

    def hold(self, demand: Array, gain: Array, impulse: Array, slip: Array) -> Array:
        """See `Contact`."""
        return self.contact.hold(demand, gain, impulse, slip)


class Braking(NamedTuple):
    """Of contacts that slide with the `speed` (n,) m/s along `along` (n, 2), of length 1 or 0, at
    the start of the step: friction that brakes them to its end, for the `share` (n,) of it; the
    rest is that of the contact."""

    speed: Array
    along: Array
    share: Array

    def hold(
        self, contact: Contact, demand: Array, gain: Array, impulse: Array, slip: Array
    ) -> Array:
        """Friction that slides, and see `Contact`."""
        most = contact.friction * contact.push(demand, gain)
        braked = -most[:, None] * self.along
        holds = contact.hold(demand, gain, impulse, slip)
        return holds + self.share[:, None] * (braked - holds)


class Turned(NamedTuple):
    """Of contacts that have been braked for a part of the step, with the normal impulses `support`
    (n,) and the tangent ones `friction` (n, 2): friction that may be any other from then on."""

    support: Array
    friction: Array

    def hold(
        self, contact: Contact, demand: Array, gain: Array, impulse: Array, slip: Array
    ) -> Array:
        """The friction so far, and what there may be from the turn on."""
        later = contact.hold(demand - self.support, gain, impulse - self.friction, slip)
        return self.friction + later


class Turning(NamedTuple):
    """Contacts whose friction may turn round within the step, in one of the phases in which that is
    found."""

    contact: Contact
    phase: Braking | Turned

    def gain(self, gram: Array, across: Array) -> Array:
        """See `Contact`."""
        return self.contact.gain(gram, across)

    def demand(self, impulse: Array, velocity: Array, gain: Array) -> Array:
        """See `Contact`."""
        return self.contact.demand(impulse, velocity, gain)

    def push(self, demand: Array, gain: Array) -> Array:
        """See `Contact`."""
        return self.contact.push(demand, gain)

    def hold(self, demand: Array, gain: Array, impulse: Array, slip: Array) -> Array:
        """The tangent impulses (n, 2) of the phase."""
        return self.phase.hold(self.contact, demand, gain, impulse, slip)


Scalar = Bilateral | Passive | Motor | Drive | Interval
Frictional = Contact | Passing | Turning
Law = Scalar | Frictional
