"""The ends of joints' ranges, which coordinates strike as balls strike walls.

A coordinate is a bead on a line, and the end of its range that is nearer a wall across it. What it
strikes with loses all of its speed. So the instant, the impulse and the support that follows are
those of a pair without restitution, in one dimension.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from scenert.ops import rows
from scenert.ops.approach import Bead, Pair, Points, rounding
from scenert.ops.contact import UNREACHED, Planes
from scenert.ops.rows import Response
from scenert.solve import pgs
from scenert.solve.laws import Interval
from scenert.solve.pairs import Departure, Encounter, departure, encounter
from scenert.solve.pgs import Blocks
from scenert.solve.solver import Group, Solution


class Motion(NamedTuple):
    """n coordinates in a step: their values at its middle, and their rates at its start and, if
    nothing constrained them, at its end. (n,) each."""

    value: Array
    before: Array
    free: Array

    def pace(self, dt: Array) -> Array:
        """The speeds (n,) that they gain in the step if nothing constrains them, and with which
        they move by rounding at least."""
        least = rounding(jnp.abs(self.value) + dt * jnp.abs(self.before)) / dt
        return jnp.maximum(jnp.abs(self.free - self.before), least)


class Reached(NamedTuple):
    """The rows (n, 1, t) of n coordinates at the instants of their trees, and the rates (n,)."""

    response: Response
    rate: Array


class Stops(NamedTuple):
    """n coordinates in their ranges from `lower` to `upper` (n,), and their rows in the flow."""

    group: Group
    motion: Motion
    lower: Array
    upper: Array

    def trees(self) -> list[tuple[int, ...]]:
        """The trees that the coordinates belong to."""
        return [self.group.first]

    def pace(self, dt: Array) -> Array:
        """See `Motion`."""
        return self.motion.pace(dt)

    def rigid(self) -> Array:
        """All (n,) are."""
        return jnp.ones_like(self.lower, bool)

    def pair(self, flow: Solution, dt: Array) -> Pair:
        """The coordinates' motion in the flow, see `scenert.ops.approach`, and the nearer ends."""
        value, before, free = self.motion
        bend = (free + self.group.answer(flow.whitened)[:, 0] - before) / dt
        line = Points((value - 0.5 * dt * before)[:, None], before[:, None], bend[:, None])
        low = value - self.lower < self.upper - value
        normal = jnp.where(low, 1.0, -1.0)[:, None]
        end = Planes(normal, jnp.where(low, self.lower, -self.upper))
        return Pair(Bead(line, jnp.zeros_like(value)), end)

    def strike(
        self, pair: Pair, reached: Reached, instant: Array, time: Array, sooner: Array, dt: Array
    ) -> Halt:
        """The coordinates, which meet their ends at the times (n,). They have reached what they
        have at the instants (trees,) of their trees; `sooner` (n,): the first of their islands."""
        pace = self.pace(dt)
        at = encounter(pair, pace, time, sooner, dt)
        side = instant[np.array(self.group.first)]
        away = pair.normal(side)[:, 0]
        speed = away * reached.rate - pair.pressing(side) * (at.instant - side)
        leaves = departure(pair, speed, 0.0, at, dt)
        law = Interval(leaves.speed[:, None], jnp.full_like(speed, UNREACHED)[:, None])
        response = rows.turned(reached.response, away)
        group = self.group._replace(response=response, velocity=at.own(speed)[:, None], law=law)
        return Halt(group, pgs.prepared(group), away, at, leaves, -speed - pace)


class Halt(NamedTuple):
    """n coordinates at the ends that they have struck, or rest at, and their rows, away from those
    ends: in the direction `away` (n,), 1 or -1. ahead (n,): see `pairs.Strike`."""

    group: Group
    rows: Blocks
    away: Array
    at: Encounter
    leaves: Departure
    ahead: Array

    def passing(self) -> Interval:
        """The law of the coordinates that the blows stop at their ends."""
        law: Interval = self.rows.law  # type: ignore[assignment]
        return law._replace(lower=jnp.zeros_like(law.lower))

    def moment(self, met: Array, passed: Array) -> Array:
        """Σ λ τ (n, 1) of the impulses (n, 1)."""
        return met * self.leaves.mean[:, None] + passed * self.at.instant[:, None]

    def resting(self, flow: Group, change: Array) -> Group:
        """See `pairs.Strike`."""
        law: Interval = flow.law  # type: ignore[assignment]
        strikes = self.ahead > self.group.answer(change)[:, 0]
        least = jnp.where(self.leaves.rests, 0.0, -UNREACHED)
        changed, low = self.leaves.rests | strikes, self.away > 0
        lower = jnp.where((changed & low)[:, None], least[:, None], law.lower)
        upper = jnp.where((changed & ~low)[:, None], -least[:, None], law.upper)
        return flow._replace(law=Interval(lower, upper))
