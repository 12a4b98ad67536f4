"""Pairs that may strike each other: when they meet, and the rows of their impulses."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from scenert.ops import approach, rows, vector
from scenert.ops.approach import Pair, Side, Spot, Touch
from scenert.ops.contact import UNREACHED, Planes, Surface
from scenert.solve import pgs
from scenert.solve.cones import Pyramid, Round
from scenert.solve.laws import Contact, Oblique, Passing
from scenert.solve.pgs import Blocks
from scenert.solve.solver import Group, Solution

TOGETHER = 1e-3  # share of the step within which impacts are of one instant


class Departure(NamedTuple):
    """How n pairs leave that have met: with the `speed`, support included, as if all that acts on
    them did so at the instant `mean`; rests: whether there is support. (n,) each."""

    speed: Array
    mean: Array
    rests: Array


class Encounter(NamedTuple):
    """What a step has for n pairs that may meet.

    acts: whether they meet, at the `instant`, or are shaken by what strikes first nearby. closed:
    whether a blow passes through them. (n,) each.
    """

    acts: Array
    instant: Array
    closed: Array

    def own(self, velocity: Array) -> Array:
        """What counts of the velocities (n,) with which pairs leave.

        Of those that do not meet only what a blow does to them: with what they do by themselves the
        flow has dealt.
        """
        return jnp.where(self.acts | (velocity > 0), velocity, 0.0)


class Field(NamedTuple):
    """n pairs that may strike each other.

    first, second: their sides. surface: how they touch. same: both sides are in one tree. aslant:
    an impulse along the normal may move a pair along its tangents, too. guarded: it may be that
    nothing can move along a row. elastic: any may have restitution. colors: see `solver.Group`.
    """

    first: Side
    second: Side | Planes
    surface: Surface
    same: bool
    aslant: bool
    guarded: bool
    elastic: bool
    colors: tuple[int, ...]

    def sides(self) -> list[Side]:
        """The sides that are links."""
        return [side for side in (self.first, self.second) if isinstance(side, Side)]

    def trees(self) -> list[tuple[int, ...]]:
        """The trees of the sides that move, as the solver counts them."""
        moving = [side.trees for side in self.sides() if side.response is not None]
        return moving[:1] if self.same else moving

    def pace(self, dt: Array) -> Array:
        """See `approach.pace`."""
        return approach.pace(self.first, self.second, dt)

    def rigid(self) -> Array:
        """Which pairs (n,) have an instant at which they strike: not those that yield."""
        return self.surface.softness <= 0

    def pair(self, flow: Solution, dt: Array) -> Pair:
        """The pairs' motion in the flow."""
        first, *others = (
            approach.course(side, side.free + side.moved(flow.whitened), dt)
            for side in self.sides()
        )
        return Pair(first, self.second if isinstance(self.second, Planes) else others[0])

    def through(self, pair: Pair, spots: tuple[Spot, ...], instant: Array) -> Pair:
        """The motion, moved to the spots where the sides are at the instants (trees,)."""
        return approach.through(pair, self.sides(), spots, instant)

    def strike(
        self,
        pair: Pair,
        sides: tuple[Array | None, ...],
        time: Array,
        sooner: Array,
        cone: Round | Pyramid,
        dt: Array,
    ) -> Strike:
        """The pairs, which meet at the times (n,); `sides` are the answers of what moves, `sooner`
        (n,) the first instants of the islands of their sides."""
        later = (time < dt) & (time > sooner + TOGETHER * dt)
        waits = later & (self.surface.restitution > 0)
        pace, time = self.pace(dt), jnp.where(waits, 2.0 * dt, time)
        at = encounter(pair, pace, time, sooner, dt)
        at = at._replace(closed=at.closed & ~waits)
        touch = approach.touch(pair, at.instant)
        velocity = touch.velocity[:, 0]
        leaves = departure(pair, velocity, self.surface.restitution, at, dt)
        group = self._rows(touch, sides, at.own(velocity), leaves.speed, cone)
        ahead = jnp.where(self.rigid(), -velocity - pace, -UNREACHED)
        return Strike(group, pgs.prepared(group), self.surface, touch.frame, at, leaves, ahead)

    def _rows(
        self,
        touch: Touch,
        sides: tuple[Array | None, ...],
        normal: Array,
        leaving: Array,
        cone: Round | Pyramid,
    ) -> Group:
        """The rows of the pairs, whose `normal` velocities (n,) shall be `leaving` (n,)."""
        answers = [*sides, None]
        respond = rows.guarded_response if self.guarded else rows.response
        response = respond(touch.jacobian, answers[0], answers[1])
        response = rows.same_tree(response) if self.same else response
        velocity = jnp.concatenate([normal[:, None], touch.velocity[:, 1:]], axis=-1)
        kind = Oblique if self.aslant and isinstance(cone, Round) else Contact
        law = kind(leaving, jnp.zeros_like(leaving), self.surface.friction, cone)
        first, *others = self.trees()
        return Group(response, velocity, law, first, others[0] if others else None, self.colors)


class Strike(NamedTuple):
    """n pairs and their rows at the instants of their encounters.

    frame: see `approach.Touch`. ahead (n,): by how much an approach is faster than what ends at
    rest.
    """

    group: Group
    rows: Blocks
    surface: Surface
    frame: Array
    at: Encounter
    leaves: Departure
    ahead: Array

    def passing(self) -> Passing:
        """The law of the pairs that the blows pass through."""
        contact: Contact = self.rows.law  # type: ignore[assignment]
        return Passing(contact, self.surface.restitution)

    def moment(self, met: Array, passed: Array) -> Array:
        """Σ λ τ (n, 3) of the impulses (n, 3).

        All of a blow that passes acts at its instant, and of pairs that meet the normal impulse,
        part of which may be support, and friction that slides under it, on average. What makes a
        pair stick acts when they meet.
        """
        tangent, most = met[:, 1:], (1.0 - TOGETHER) * self.surface.friction * met[:, 0]
        sticks = vector.dot(tangent, tangent) < most * most
        friction = jnp.where(sticks, self.at.instant, self.leaves.mean)
        instants = jnp.stack([self.leaves.mean, friction, friction], axis=-1)
        return met * instants + passed * self.at.instant[:, None]

    def resting(self, flow: Group, change: Array) -> Group:
        """The rows of the flow, with those that wait for an impact at rest if they are after it,
        and those that the `change` by it sends to another one left to that."""
        law: Contact = flow.law  # type: ignore[assignment]
        strikes = self.ahead > self.group.answer(change)[:, 0]
        target = jnp.where(self.leaves.rests, 0.0, jnp.where(strikes, -UNREACHED, law.target))
        return flow._replace(law=law._replace(target=target))


def encounter(pair: Pair, pace: Array, time: Array, sooner: Array, dt: Array) -> Encounter:
    """What a step has for pairs that meet at the times (n,), after it where they do not; `pace`,
    `sooner` (n,): the speeds that the sides gain, and the first instants of their islands."""
    acts = time < dt
    instant = jnp.where(acts, time, jnp.where(sooner < dt, sooner, 0.0))
    near = pair.gap(instant) <= approach.slack(pair, pace, dt)
    return Encounter(acts, instant, acts | (near & (sooner < dt)))


def departure(
    pair: Pair, velocity: Array, restitution: Array | float, at: Encounter, dt: Array
) -> Departure:
    """How pairs leave.

    velocity (n,): with which they meet. A pair that would come back before the step ends, as it
    presses with the acceleration A < 0, rests from the impact on: with the speed u = -e u⁻ that it
    leaves at, the force that supports it gives it s = -(u + (h - τ) A) more. Steady between τ and
    h, it moves the pair as an impulse at (τ + h) / 2 does, and both together as one impulse at the
    mean of the two instants.
    """
    time = at.instant
    arrival = jnp.where(at.acts & (velocity < 0), velocity, 0.0)
    rebound = -restitution * arrival
    rest = dt - jnp.where(time > 0, time, 0.0)
    later = rebound - rest * pair.pressing(time)
    support = jnp.where(at.acts & (later < 0), -later, 0.0)
    total = rebound - arrival + support
    share = support / jnp.where(total > 0, total, 1.0)
    mean = time + share * (dt - 0.5 * rest - time)
    return Departure(rebound + support, mean, support > 0)
