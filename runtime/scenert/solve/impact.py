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
joints kept by rows stay together and limits are kept.

A pair that would come back before the step ends, as it presses with the acceleration A < 0, rests
from the impact on: with the speed u = -e u⁻ that it leaves at, the force that supports it gives it
s = -(u + (h - τ) A) more. Steady between τ and h, it moves the pair as an impulse at (τ + h) / 2
does, and both together as one impulse at the mean of the two instants.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from scenert.ops import approach, rows, vector
from scenert.ops.approach import Pair, Side, Touch
from scenert.ops.contact import Planes, Surface
from scenert.ops.rows import Response
from scenert.ops.vector import apply
from scenert.solve import pgs
from scenert.solve.aftermath import aftermath
from scenert.solve.cones import Pyramid, Round
from scenert.solve.laws import Contact, Oblique, Passing, Passive
from scenert.solve.order import Order
from scenert.solve.pgs import Blocks
from scenert.solve.solver import Group, Solution, joined

Impulses = tuple[Array, ...]

TOGETHER = 1e-3  # share of the step within which impacts are of one instant


class Field(NamedTuple):
    """n pairs that may strike each other.

    first, second: their sides. surface: how they touch. same: both sides are in one tree. aslant:
    an impulse along the normal may move a pair along its tangents, too. guarded: it may be that
    nothing can move along a row. colors: see `solver.Group`.
    """

    first: Side
    second: Side | Planes
    surface: Surface
    same: bool
    aslant: bool
    guarded: bool
    colors: tuple[int, ...]

    def sides(self) -> list[Side]:
        """The sides that are links."""
        return [side for side in (self.first, self.second) if isinstance(side, Side)]

    def trees(self) -> list[tuple[int, ...]]:
        """The trees of the sides that move, as the solver counts them."""
        moving = [side.trees for side in self.sides() if side.response is not None]
        return moving[:1] if self.same else moving


class Kept(NamedTuple):
    """The groups of rows of the flow, which of them hold during impacts too, and of every tree the
    island it is in, a set of trees that such rows may tie together."""

    groups: tuple[Group, ...]
    held: tuple[int, ...]
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


class _Strike(NamedTuple):
    """n pairs at the instants of their impacts, or of those that shake them.

    acts (n,): whether the pair meets at its instant; its impulse acts at `mean`. closed (n,):
    whether a blow passes through it. frame: see `Touch`.
    """

    group: Group
    rows: Blocks
    surface: Surface
    frame: Array
    instant: Array
    mean: Array
    acts: Array
    closed: Array

    def meeting(self) -> Blocks:
        """The rows of the pairs that meet."""
        return pgs.only(self.acts, self.rows)

    def passing(self) -> Blocks:
        """The rows of the pairs that the blows pass through."""
        contact: Contact = self.rows.law  # type: ignore[assignment]
        law = Passing(contact, self.surface.restitution)
        return pgs.only(self.closed, self.rows._replace(law=law))

    def moment(self, met: Array, passed: Array) -> Array:
        """Σ λ τ (n, 3) of the impulses (n, 3).

        All of a blow that passes acts at its instant, and of pairs that meet the normal impulse,
        part of which may be support, and friction that slides under it, on average. What makes a
        pair stick acts when they meet.
        """
        tangent, most = met[:, 1:], (1.0 - TOGETHER) * self.surface.friction * met[:, 0]
        sticks = vector.dot(tangent, tangent) < most * most
        friction = jnp.where(sticks, self.instant, self.mean)
        instants = jnp.stack([self.mean, friction, friction], axis=-1)
        return met * instants + passed * self.instant[:, None]


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
            before = rows.velocity + apply(rows.response, _local(self.group, z))
            conductance = rows.law.conductance
            rows = rows._replace(law=Passive(conductance, conductance * before))
        return pgs.only(self.hit, rows)

    def moment(self, met: Array, passed: Array) -> Array:
        """Σ λ τ (n, m) of the impulses (n, m)."""
        return (met + passed) * self.time[:, None]


class Ahead(NamedTuple):
    """What lies ahead in a step: the pairs of every field along the motion `flow`, when they meet
    (n,), when first in every island by their `order`, whether that hits a tree (trees,), and the
    instant (trees,) that counts for it, the middle of the step where nothing happens to it."""

    fields: tuple[Field, ...]
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
    the second side. kept: the responses of the groups that hold. spots: where those links are then;
    none where the flow is exact.
    """

    sides: tuple[tuple[Array | None, ...], ...]
    kept: tuple[Response, ...]
    spots: tuple[tuple[approach.Spot, ...], ...] = ()


def foresee(fields: tuple[Field, ...], kept: Kept, flow: Solution, dt: Array) -> Ahead:
    """When pairs meet along the motion `flow`."""
    never = 2.0 * dt
    pairs = tuple(_pair(field, flow.whitened, dt) for field in fields)
    met = tuple(_met(field, pair, dt, never) for field, pair in zip(fields, pairs, strict=True))
    order = Order([field.trees() for field in fields], kept.islands)
    first = order.first(met, never)
    when = first[np.array(kept.islands)]
    instant = jnp.where(when < dt, jnp.where(when > -dt, when, -dt), 0.5 * dt)
    return Ahead(fields, kept, flow, pairs, met, order, first, when < dt, instant)


def resolve(
    ahead: Ahead, answers: Answers, cone: Round | Pyramid, sweeps: int, dt: Array
) -> Struck:
    """The impacts that lie ahead.

    `cone` is that of the contacts' friction, and `sweeps` (at least 2) are those of the solver,
    once for the pairs that meet and once for the blows that pass on; of what rests, which starts
    near where it ends, half as many.
    """
    strikes = _strikes(ahead, answers, cone, dt)
    held = [ahead.kept.groups[place] for place in ahead.kept.held]
    braces = [_brace(*at, ahead, dt) for at in zip(held, answers.kept, strict=True)]
    parties: tuple[_Brace | _Strike, ...] = (*braces, *strikes)
    schedule = pgs.Schedule(tuple(party.group for party in parties), _shape(ahead.flow))

    def swept(z: Array, rows: Iterable[Blocks]) -> tuple[Array, Impulses]:
        blocks = schedule.arranged((*(brace.after(z) for brace in braces), *rows))
        at = schedule.swept(blocks, schedule.still(blocks)._replace(whitened=z), sweeps)
        return at.whitened, schedule.solution(at).impulses

    still = jnp.zeros_like(ahead.flow.whitened)
    change, met = swept(still, (strike.meeting() for strike in strikes))
    change, passed = swept(change, (strike.passing() for strike in strikes))
    moments = tuple(party.moment(*at) for party, *at in zip(parties, met, passed, strict=True))
    blocks = schedule.arranged(tuple(party.rows for party in parties))
    moment = schedule.pressed(blocks, schedule.arranged(moments))
    impulses = tuple(map(jnp.add, met, passed))[len(braces) :]
    resting, flow = ahead.kept.groups, ahead.flow
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


def _shape(flow: Solution) -> tuple[int, int]:
    trees, tile = flow.whitened.shape
    return trees, tile


def _brace(group: Group, response: Response, ahead: Ahead, dt: Array) -> _Brace:
    """Rows that hold, from the velocities of the flow on, with their `response` at the blow."""
    before = apply(joined(group.response), _local(group, ahead.flow.whitened))
    group = group._replace(response=response, velocity=group.velocity + before)
    time = ahead.sooner(group.first)
    return _Brace(group, pgs.prepared(group), time, time < 2.0 * dt)


def _strikes(ahead: Ahead, answers: Answers, cone: Round | Pyramid, dt: Array) -> list[_Strike]:
    """The pairs of every field."""
    pairs = ahead.pairs
    if answers.spots:
        sides = zip(pairs, map(Field.sides, ahead.fields), answers.spots, strict=True)
        pairs = tuple(approach.through(*at, ahead.instant) for at in sides)
    every = zip(ahead.fields, pairs, answers.sides, ahead.times, strict=True)
    return [
        _strike(field, pair, sides, time, ahead.sooner(*field.trees()), cone, dt)
        for field, pair, sides, time in every
    ]


def _pair(field: Field, flow: Array, dt: Array) -> Pair:
    """The motion of a field's pairs in the flow."""
    first, *others = (
        approach.course(side, side.free + side.moved(flow), dt) for side in field.sides()
    )
    if isinstance(field.second, Planes):
        return Pair(first, field.second)
    return Pair(first, others[0])


def _met(field: Field, pair: Pair, dt: Array, never: Array) -> Array:
    """When the pairs of a field meet (n,); after the step for those that do not.

    Pairs that yield under a force have no instant at which they strike.
    """
    meeting = approach.meet(pair, approach.pace(field.first, field.second), dt)
    return jnp.where(meeting.happens & (field.surface.softness <= 0), meeting.time, never)


def _strike(
    field: Field,
    pair: Pair,
    sides: tuple[Array | None, ...],
    time: Array,
    sooner: Array,
    cone: Round | Pyramid,
    dt: Array,
) -> _Strike:
    """The pairs of a field, which meet at the times (n,); `sides` are the answers of what moves,
    `sooner` (n,) the first instants of the islands of their sides."""
    waits = (time > sooner + TOGETHER * dt) & (time >= 0) & (field.surface.restitution > 0)
    acts = (time < dt) & ~waits
    instant = jnp.where(acts, time, jnp.where(sooner < dt, sooner, 0.0))
    touch = approach.touch(pair, instant)
    near = pair.gap(instant) <= approach.slack(pair, approach.pace(field.first, field.second), dt)
    leaving, mean = _departure(field, pair, touch, instant, acts, dt)
    group = _rows(field, touch, sides, acts, leaving, cone)
    closed = acts | (near & (sooner < dt))
    return _Strike(
        group, pgs.prepared(group), field.surface, touch.frame, instant, mean, acts, closed
    )


def _departure(
    field: Field, pair: Pair, touch: Touch, time: Array, acts: Array, dt: Array
) -> tuple[Array, Array]:
    """The speeds (n,) at which pairs shall leave, their support included, and the instants (n,) at
    which their impulses act on average: see the module's docstring."""
    arrival = jnp.where(acts & (touch.velocity[:, 0] < 0), touch.velocity[:, 0], 0.0)
    rebound = -field.surface.restitution * arrival
    rest = dt - jnp.where(time > 0, time, 0.0)
    later = rebound - rest * pair.pressing(time)
    support = jnp.where(acts & (later < 0), -later, 0.0)
    total = rebound - arrival + support
    share = support / jnp.where(total > 0, total, 1.0)
    return rebound + support, time + share * (dt - 0.5 * rest - time)


def _rows(
    field: Field,
    touch: Touch,
    sides: tuple[Array | None, ...],
    acts: Array,
    leaving: Array,
    cone: Round | Pyramid,
) -> Group:
    """The rows of a field's pairs, which shall leave at the speeds (n,).

    Of pairs that do not meet only what a blow does to them counts: with what they do by themselves
    the flow has dealt.
    """
    answers = [*sides, None]
    respond = rows.guarded_response if field.guarded else rows.response
    response = respond(touch.jacobian, answers[0], answers[1])
    response = rows.same_tree(response) if field.same else response
    normal = touch.velocity[:, :1]
    own = jnp.where(acts[:, None] | (normal > 0), normal, 0.0)
    velocity = jnp.concatenate([own, touch.velocity[:, 1:]], axis=-1)
    kind = Oblique if field.aslant and isinstance(cone, Round) else Contact
    law = kind(leaving, jnp.zeros_like(leaving), field.surface.friction, cone)
    first, *others = field.trees()
    return Group(response, velocity, law, first, others[0] if others else None, field.colors)


def _local(group: Group, whitened: Array) -> Array:
    """The whitened velocities (trees, t) of the trees that blocks act on: (n, s)."""
    sides = [np.array(side) for side in (group.first, group.second) if side is not None]
    return jnp.concatenate([whitened[side] for side in sides], axis=-1)
