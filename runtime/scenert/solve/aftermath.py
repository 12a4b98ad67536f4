"""What resting contacts do after a blow, until the step ends.

The flow gives every row that rests an impulse λ for the whole step of length h. Once its tree is
struck, at τ, the share s = (h - τ) / h of it is still to come, for a velocity that the row no
longer has: a ball that is struck off its table is not held up any more, and friction opposes
another slip. So the rows are relaxed once more, from s λ on, with the blow in their velocities.
What that changes of s λ is spread over the time from τ to h and acts as an impulse at (τ + h) / 2.

What comes to press only as the blow moves it resists by the share s, too. The law v >= g of a row
that the blow has left with v' < g is v >= s g + (1 - s) v' for the rest of the step: in no time
nothing can resist, and the next step starts with v'. Nor is to be stopped by a law of rest what the
blow has sent to another impact: that row's g is out of reach.

An impact that is found one step late, as it had to wait for another, has s > 1: it takes back what
forces did in the step before, from its instant on.

Without it, all that a force does from τ to h would come too late by that time, and as a function of
τ the motion would lack the force's change: a derivative through the impact would be off by it,
however small the step, and the motion would jump where the impact moves on to the next step. With
it, nothing is left to change as τ comes to h, and where τ is 0 the whole step obeys the new
velocities, as it would from that moment on.

Motors have their torques for the rest of the step. Armatures and damping are left out: the flow's
step has them implicitly, and the blow has met their inertia.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from scenert.solve import pgs
from scenert.solve.laws import Contact, Drive, Interval, Motor, Passive
from scenert.solve.pgs import Blocks, Iterate
from scenert.solve.solver import Group, Solution

LEAST = 1e-3  # of a step: what yields to a force does not yield more in a shorter rest of it


class Aftermath(NamedTuple):
    """What resting rows change after a blow: Σ y Δλ and Σ y Δλ τ (trees, t), and the impulses Δλ
    (n, m) of every group."""

    change: Array
    moment: Array
    impulses: tuple[Array, ...]


def aftermath(
    groups: tuple[Group, ...],
    flow: Solution,
    change: Array,
    times: Sequence[Array],
    sweeps: int,
    dt: Array,
) -> Aftermath:
    """The rest of the step of rows that the flow has solved, after the `change` of the whitened
    velocities (trees, t) by blows at the times (n,) of every group, after the step where there is
    none."""
    trees, tile = change.shape
    schedule = pgs.Schedule(groups, (trees, tile))
    left = [1.0 - jnp.clip(time / dt, -1.0, 1.0) for time in times]
    moved = flow.whitened + change
    rows = [_rest(group, share, moved) for group, share in zip(groups, left, strict=True)]
    blocks = schedule.arranged(tuple(rows))
    ahead = tuple(
        impulse * share[:, None] for impulse, share in zip(flow.impulses, left, strict=True)
    )
    start = Iterate(moved, schedule.arranged(ahead))
    found, whitened = schedule.solution(schedule.swept(blocks, start, sweeps))
    changed = tuple(
        jnp.where(_acts(group, share)[:, None], after - before, 0.0)
        for group, share, after, before in zip(groups, left, found, ahead, strict=True)
    )
    moments = tuple(
        impulse * (dt * (1.0 - 0.5 * share))[:, None]
        for impulse, share in zip(changed, left, strict=True)
    )
    return Aftermath(
        whitened - moved,
        schedule.pressed(blocks, schedule.arranged(moments)),
        changed,
    )


def _acts(group: Group, share: Array) -> Array:
    """Which rows (n,) take another impulse for the `share` of the step that is left."""
    takes_part = not isinstance(group.law, Passive)
    return (share > 0) & takes_part


def _rest(group: Group, share: Array, moved: Array) -> Blocks:
    """The rows of a group for the `share` (n,) of the step that is left, from the whitened
    velocities `moved` (trees, t) on.

    What yields to a force yields to the impulse s λ as to λ in the whole step, and what bounds a
    force bounds s λ by as much less.
    """
    law = group.law
    if isinstance(law, Contact | Interval):
        velocity = group.velocity + group.answer(moved)
    if isinstance(law, Contact):
        target = _resisted(law.target, velocity[:, 0], share)
        compliance = law.compliance / jnp.maximum(share, LEAST)
        law = law._replace(target=target, compliance=compliance, slip=None)
    if isinstance(law, Interval):
        lower = _resisted(law.lower, velocity, share[:, None])
        law = Interval(lower, -_resisted(-law.upper, -velocity, share[:, None]))
    if isinstance(law, Drive):
        law = Motor(law.target, law.bound)
    if isinstance(law, Motor):
        law = law._replace(bound=law.bound * share[:, None])
    return pgs.only(_acts(group, share), pgs.prepared(group._replace(law=law)))


def _resisted(least: Array, velocity: Array, share: Array) -> Array:
    """The least velocities that a `share` of a step leaves, where a whole one leaves `least`."""
    missing = jnp.where(least > velocity, least - velocity, 0.0)
    return least - jnp.where(share < 1, 1.0 - share, 0.0) * missing
