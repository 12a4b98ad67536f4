"""Impacts at their own instants within a step.

The step first finds the motion without impacts, the flow: smooth, with all the forces of resting
contacts, motors and joints. Then it looks for the pairs that meet along the way. An impulse λ at
the instant τ changes a tree's whitened velocity by y λ, and its configuration at the end of the
step by (h - τ) y λ. So two sums over all impulses are what impacts leave to the step,

    change = Σ y λ        moment = Σ y λ τ

after which the motion is that of the flow, moved by change t - moment. Each impulse has its own τ:
any number of impacts may lie in one step.

Where several share a tree, or trees that joints kept by rows tie together, the first acts. The next
one, whose instant may depend on it, is found in the next step, from the motion that the first has
left, and acts as of its own instant, in the past (see `scenert.ops.approach.meet`): what overlapped
for the rest of the step comes out as if it had never done so. Thus a blow travels along a row of
touching balls from one to the next, as in Newton's cradle, where one system of equations for all
pairs would push each ball a little. Pairs without restitution need not wait: whatever the order,
their approach ends.

Impacts of one instant act together, by the laws of all rows: the normal velocity of a pair is
turned round and multiplied by its restitution, the tangents' impulse stays in the friction cone,
joints kept by rows stay together and limits are kept. First pairs that meet do so as if they were
alone, and then their blows pass on through what they touch. Where nothing has restitution nothing
is thrown back: what meets and what it touches come to rest against each other at once.

What the impacts of pairs and of stops are is in `scenert.solve.pairs` and `scenert.solve.stop`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from scenert.ops import approach
from scenert.ops.approach import Pair, Spot
from scenert.ops.rows import Response
from scenert.ops.vector import apply
from scenert.solve import pgs
from scenert.solve.aftermath import aftermath
from scenert.solve.cones import Pyramid, Round
from scenert.solve.laws import Passive
from scenert.solve.order import Order
from scenert.solve.pairs import Field, Strike
from scenert.solve.pgs import Blocks
from scenert.solve.solver import Group, Solution
from scenert.solve.stop import Halt, Reached, Stops

Impulses = tuple[Array, ...]


class Kept(NamedTuple):
    """The groups of rows of the flow, which of them hold during impacts too, which are those of the
    fields and stops, and of every tree the island it is in, a set of trees that rows which hold may
    tie together."""

    groups: tuple[Group, ...]
    held: tuple[int, ...]
    met: tuple[int, ...]
    islands: tuple[int, ...]


class Struck(NamedTuple):
    """What the impacts of a step leave: the sums `change` and `moment` (trees, t), the impulses
    (n, 3) N s on every field's pairs, in world axes, and what has become of those of the flow."""

    change: Array
    moment: Array
    impulses: Impulses
    resting: Impulses


class Blow(NamedTuple):
    """What impacts do to the end of a step: what they add to the velocities and to the way (n_v,),
    the impulses (n, 3) N s on every field's pairs, in world axes, and what has become of those of
    the flow."""

    velocity: Array
    shift: Array
    impulses: Impulses
    resting: Impulses


class _Brace(NamedTuple):
    """n blocks of rows that hold; hit (n,): whether what they hold is struck, at the instant `time`
    (n,)."""

    group: Group
    rows: Blocks
    time: Array
    hit: Array

    def after(self, z: Array) -> Blocks:
        """The rows after the change `z`.

        Damping takes time. Of the passive forces of joints what counts here is that they oppose a
        change of velocity, as in the flow.
        """
        rows = self.rows
        if isinstance(rows.law, Passive):
            before = rows.velocity + apply(rows.response, self.group.acted(z))
            conductance = rows.law.conductance
            rows = rows._replace(law=Passive(conductance, conductance * before))
        return pgs.only(self.hit, rows)

    def moment(self, met: Array, passed: Array) -> Array:
        """Σ λ τ (n, m) of the impulses (n, m)."""
        return (met + passed) * self.time[:, None]


class Ahead(NamedTuple):
    """What lies ahead in a step: the pairs of every field, and then the coordinates of all stops,
    along the motion `flow`, when they meet (n,), when first in every island by their `order`,
    whether that hits a tree (trees,), and the instant (trees,) that counts for it, the middle of
    the step where nothing happens to it."""

    fields: tuple[Field, ...]
    stops: tuple[Stops, ...]
    kept: Kept
    flow: Solution
    pairs: tuple[Pair, ...]
    times: tuple[Array, ...]
    order: Order
    first: Array
    hit: Array
    instant: Array

    def sooner(self, first: tuple[int, ...], second: tuple[int, ...] | None = None) -> Array:
        """When the first impact is in the islands of either of n trees (n,)."""
        sides = [side for side in (first, second) if side is not None]
        times = [self.first[self.order.home(side)] for side in sides]
        return times[0] if len(times) == 1 else jnp.minimum(*times)


class Answers(NamedTuple):
    """How trees answer to impulses at their instants.

    sides: of every field what moves on its links, (n, 6, t) for the first and, if that moves too,
    the second side. kept: the responses of the groups that hold. stops: the rows of all stops.
    spots: where the fields' links are then; none where the flow is exact.
    """

    sides: tuple[tuple[Array | None, ...], ...]
    kept: tuple[Response, ...]
    stops: tuple[Reached, ...] = ()
    spots: tuple[tuple[Spot, ...], ...] = ()


def foresee(
    fields: tuple[Field, ...], stops: tuple[Stops, ...], kept: Kept, flow: Solution, dt: Array
) -> Ahead:
    """When pairs, and coordinates and the ends of their ranges, meet along the motion `flow`."""
    never = 2.0 * dt
    every: tuple[Field | Stops, ...] = (*fields, *stops)
    pairs = tuple(part.pair(flow, dt) for part in every)
    met = tuple(_met(part, pair, dt, never) for part, pair in zip(every, pairs, strict=True))
    order = Order([part.trees() for part in every], kept.islands)
    first = order.first(met, never)
    when = first[np.array(kept.islands)]
    instant = jnp.where(when < dt, jnp.where(when > -dt, when, -dt), 0.5 * dt)
    return Ahead(fields, stops, kept, flow, pairs, met, order, first, when < dt, instant)


def _met(part: Field | Stops, pair: Pair, dt: Array, never: Array) -> Array:
    """When pairs meet (n,); after the step for those that do not."""
    meeting = approach.meet(pair, part.pace(dt), dt)
    return jnp.where(meeting.happens & part.rigid(), meeting.time, never)


def resolve(
    ahead: Ahead, answers: Answers, cone: Round | Pyramid, sweeps: int, dt: Array
) -> Struck:
    """The impacts that lie ahead.

    `cone` is that of the contacts' friction, and `sweeps` (at least 2) are those of the solver,
    once for the pairs that meet and once for the blows that pass on, or half as many more for both
    at once; of what rests, which starts near where it ends, half as many.
    """
    strikes, halts = _strikes(ahead, answers, cone, dt), _halts(ahead, answers, dt)
    held = [ahead.kept.groups[place] for place in ahead.kept.held]
    braces = [_brace(*at, ahead, dt) for at in zip(held, answers.kept, strict=True)]
    struck = _Parties(tuple(braces), (*strikes, *halts), ahead.flow)
    elastic = any(field.elastic for field in ahead.fields)
    change, met, passed = struck.thrown(sweeps) if elastic else struck.stopped(sweeps)
    moment = struck.moment(met, passed)
    impulses = tuple(map(jnp.add, met, passed))[len(braces) :][: len(strikes)]
    resting, flow = _resting(ahead.kept, struck.meeting, change), ahead.flow
    times = [ahead.sooner(group.first, group.second) for group in resting]
    after = aftermath(resting, flow, change, times, sweeps // 2, dt)
    return Struck(
        change=change + after.change,
        moment=moment + after.moment,
        impulses=tuple(
            apply(jnp.swapaxes(strike.frame, -1, -2), impulse)
            for strike, impulse in zip(strikes, impulses, strict=True)
        ),
        resting=tuple(map(jnp.add, flow.impulses, after.impulses)),
    )


class _Parties:
    """What has a part in the impacts of a step: the rows that hold, and what meets.

    `thrown` and `stopped` give the change of the whitened velocities (trees, t), and the impulses
    of all rows as pairs meet and as their blows pass on.
    """

    def __init__(
        self, braces: tuple[_Brace, ...], meeting: tuple[Strike | Halt, ...], flow: Solution
    ) -> None:
        self.meeting = meeting
        self._braces, self._still = braces, jnp.zeros_like(flow.whitened)
        self._all: tuple[_Brace | Strike | Halt, ...] = (*braces, *meeting)
        trees, tile = flow.whitened.shape
        self._schedule = pgs.Schedule(tuple(party.group for party in self._all), (trees, tile))

    def thrown(self, sweeps: int) -> tuple[Array, Impulses, Impulses]:
        """Where things have restitution."""
        meet = (pgs.only(party.at.acts, party.rows) for party in self.meeting)
        change, met = self._swept(self._still, meet, sweeps)
        pass_on = (
            pgs.only(party.at.closed, party.rows._replace(law=party.passing()))
            for party in self.meeting
        )
        change, passed = self._swept(change, pass_on, sweeps)
        return change, met, passed

    def stopped(self, sweeps: int) -> tuple[Array, Impulses, Impulses]:
        """Where nothing has."""
        stop = (pgs.only(party.at.closed, party.rows) for party in self.meeting)
        change, met = self._swept(self._still, stop, sweeps + sweeps // 2)
        return change, met, tuple(map(jnp.zeros_like, met))

    def _swept(self, z: Array, rows: Iterable[Blocks], sweeps: int) -> tuple[Array, Impulses]:
        blocks = self._schedule.arranged((*(brace.after(z) for brace in self._braces), *rows))
        start = self._schedule.still(blocks)._replace(whitened=z)
        at = self._schedule.swept(blocks, start, sweeps)
        return at.whitened, self._schedule.solution(at).impulses

    def moment(self, met: Impulses, passed: Impulses) -> Array:
        """Σ y λ τ (trees, t)."""
        each = zip(self._all, met, passed, strict=True)
        moments = tuple(party.moment(*impulses) for party, *impulses in each)
        blocks = self._schedule.arranged(tuple(party.rows for party in self._all))
        return self._schedule.pressed(blocks, self._schedule.arranged(moments))


def _brace(group: Group, response: Response, ahead: Ahead, dt: Array) -> _Brace:
    """Rows that hold, from the velocities of the flow on, with their `response` at the blow."""
    before = group.velocity + group.answer(ahead.flow.whitened)
    group = group._replace(response=response, velocity=before)
    time = ahead.sooner(group.first)
    return _Brace(group, pgs.prepared(group), time, time < 2.0 * dt)


def _strikes(ahead: Ahead, answers: Answers, cone: Round | Pyramid, dt: Array) -> list[Strike]:
    """The pairs of every field."""
    count = len(ahead.fields)
    pairs, times = ahead.pairs[:count], ahead.times[:count]
    if answers.spots:
        every = zip(ahead.fields, pairs, answers.spots, strict=True)
        pairs = tuple(field.through(pair, spots, ahead.instant) for field, pair, spots in every)
    return [
        field.strike(pair, sides, time, ahead.sooner(*field.trees()), cone, dt)
        for field, pair, sides, time in zip(ahead.fields, pairs, answers.sides, times, strict=True)
    ]


def _resting(kept: Kept, meeting: tuple[Strike | Halt, ...], change: Array) -> tuple[Group, ...]:
    """The groups of the flow, with what has met at rest, and what the `change` has sent off left to
    its impact."""
    groups = list(kept.groups)
    for place, party in zip(kept.met, meeting, strict=True):
        groups[place] = party.resting(groups[place], change)
    return tuple(groups)


def _halts(ahead: Ahead, answers: Answers, dt: Array) -> list[Halt]:
    """The coordinates of all stops."""
    count = len(ahead.fields)
    pairs, times = ahead.pairs[count:], ahead.times[count:]
    return [
        stop.strike(pair, reached, ahead.instant, time, ahead.sooner(*stop.trees()), dt)
        for stop, pair, reached, time in zip(ahead.stops, pairs, answers.stops, times, strict=True)
    ]
