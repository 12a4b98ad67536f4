"""Friction that turns round within a step.

What slides up a slope too steep to rest on stops and slides down again, under friction the other
way. A step at whose end a contact rests, or slides back, gives it one friction for all of the step:
off by h f(s) if it turns at the share s of the step of length h. That does little harm to motions,
but has the derivative h f'(s), and a change by h of where in its step the contact turns changes s
by 1: derivatives are off by f', however small the step. So a contact that turns has two frictions,

    λ = s λ_b + (1 - s) λ_a        λ_b = -µ n_b e        |λ_a| <= µ n_a

with the direction e of the slip v at the start of the step. λ_b brakes it until it stops; from then
on it rests, or slides on by λ_a. As n = s n_b + (1 - s) n_a is the normal impulse of the step, λ is
in a disc of radius µ (n - s n_b) about s λ_b, and obeys the law of contacts otherwise: `Turned`.

While they brake, the contacts of a tree act on each other. So the sweeps go three ways. First, what
everything does as if nothing turned. Then, from there, the step in which what may turn is braked to
the end, `Braking`: the slip that it leaves along e, v - d, has passed 0 at the share s = v / d of
the step. Last, the sweeps of the two frictions. Where nothing may turn, all three are the same, and
nothing is lost.

What may turn. Of one contact with the response w along e, that rests with the friction λ, the other
forces and v leave -w λ at the end of the step. They move it on from where it stops if they are more
than friction's w µ n without v, that is with λ_e = λ · e if

    w (µ n - λ_e) < v

and it does turn if it has come to slide back, with λ_e = µ n. Of contacts that share a load and
slide as one, Σ λ_e > Σ µ n - v / w where they turn, and as none has more than µ n, each by itself
meets the condition, however they share it. Those that do not turn in spite of it come to rest again
in the last sweeps, as the discs are as wide as they need. What meets it by half is braked in part,
and what takes longer than a step to stop, in two steps not at all: nothing jumps where contacts
cease to turn.
"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array

from scenert.ops import vector
from scenert.solve.cones import positive
from scenert.solve.laws import Braking, Contact, Turned, Turning
from scenert.solve.pgs import Blocks, Iterate, Schedule, prepared
from scenert.solve.solver import Group, Solution

Swept = Callable[[Schedule, tuple[Blocks, ...], Iterate, int], Iterate]


def solve(
    groups: tuple[Group, ...],
    shape: tuple[int, int],
    sweeps: int,
    swept: Swept = Schedule.swept,
) -> Solution:
    """`sweeps` sweeps over all groups by `swept`, from zero impulses; `shape` is (trees, t)."""
    schedule = Schedule(groups, shape)
    rows = tuple(map(prepared, groups))
    blocks = schedule.arranged(rows)
    last = sweeps // 4
    braking = sweeps // 2 - last if last else 0
    first = swept(schedule, blocks, schedule.still(blocks), sweeps - braking - last)
    if not last:
        return schedule.solution(first)
    impulses = schedule.solution(first).impulses
    brakes = tuple(map(_braking, groups, rows, impulses))
    braked = swept(schedule, schedule.arranged(brakes), first, braking)
    found = schedule.solution(braked)
    turned = tuple(
        _turned(group, own, found, impulse)
        for group, own, impulse in zip(groups, brakes, found.impulses, strict=True)
    )
    return schedule.solution(swept(schedule, schedule.arranged(turned), braked, last))


def _braking(group: Group, rows: Blocks, impulse: Array) -> Blocks:
    """The rows (n, m) of a group while what may turn is braked, from their impulses on."""
    law = group.law
    if not isinstance(law, Contact) or law.slip is None:
        return rows
    along = law.slip * vector.inverse_length(law.slip)[:, None]
    speed = vector.dot(law.slip, along)
    response = vector.dot(along, vector.apply(rows.gram[:, 1:, 1:], along))
    most = law.friction * impulse[:, 0] - vector.dot(impulse[:, 1:], along)
    braking = Braking(speed, along, _ramp(speed, response * most))
    return rows._replace(law=Turning(law, braking))


def _turned(group: Group, rows: Blocks, braked: Solution, impulse: Array) -> Blocks:
    """The rows (n, m) of a group that has been `braked` with the impulses (n, m)."""
    law = rows.law
    if not isinstance(law, Turning) or not isinstance(law.phase, Braking):
        return rows
    speed, along, most = law.phase
    slip = group.velocity[:, 1:] + group.answer(braked.whitened)[:, 1:]
    loss = speed - vector.dot(slip, along)
    aside = slip[:, 0] * along[:, 1] - slip[:, 1] * along[:, 0]
    share = most * _straight(loss, aside) * _time(speed, loss)
    support = share * impulse[:, 0]
    friction = (-law.contact.friction * support)[:, None] * along
    return rows._replace(law=Turning(law.contact, Turned(support, friction)))


def _ramp(speed: Array, needed: Array) -> Array:
    """1 where a speed is all that is needed, 0 where it is no more than half of it."""
    needed = positive(needed)
    moves = speed > 0.5 * needed
    share = 2.0 - needed / jnp.where(moves, speed, 1.0)
    return jnp.where(moves, jnp.where(share < 1.0, share, 1.0), 0.0)


def _time(speed: Array, loss: Array) -> Array:
    """The share of the step after which nothing is left of a speed that has this loss in all of it;
    beyond 1, as much less."""
    stops = loss > 0.5 * speed
    time = jnp.where(stops, speed, 0.0) / jnp.where(stops, loss, 1.0)
    return jnp.where(time < 1.0, time, 2.0 - time)


def _straight(loss: Array, aside: Array) -> Array:
    """1 on a straight path, 0 where a slip that has this loss turns aside by as much or more."""
    across = aside * aside
    within = across < loss * loss
    return jnp.where(within, 1.0 - across / jnp.where(within, loss * loss, 1.0), 0.0)
