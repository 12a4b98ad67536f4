"""The sweeps of `scenert.solve.pgs` with the derivative of what they converge to.

The sweeps end where one more of them changes nothing: the impulses λ and the whitened velocity z
are a fixed point of the sweep G, whose inputs are the rows θ,

    (z, λ) = G(z, λ; θ)        z = Σ y λ

By the implicit function theorem the fixed point changes with θ as

    (dz, dλ) = ∂G/∂(z, λ) (dz, dλ) + ∂G/∂θ dθ

which is a fixed point itself: that of the sweep linearized where it ends, with all rows on the side
of their laws where they came to rest. A sweep adds y Δλ to z and so never changes z - Σ y λ, of
which every value belongs to some fixed point. The equation has one solution only together with
z = Σ y λ, differentiated: from dz = Σ dy λ and dλ = 0 on, every sweep keeps it. Sweeps that start
from (z₀, λ₀) keep z - Σ y λ = z₀ - Σ y λ₀: from dz = dz₀ + Σ dy (λ - λ₀) and dλ = dλ₀ on.

The linearized sweeps are Gauss-Seidel's and converge as those of the values do, at the same pace.
Backwards they are the sweep's transpose repeated, rows in reverse order, at one point, of which
alone something needs to be remembered: the discrete adjoint of the sweeps, `pgs`, goes back through
every one of them. Both agree where the sweeps have converged. Where they have not, that one is the
derivative of the values as they are, and this one has forgotten how they were come to. And where
rows are redundant, as the feet of a table, motions agree, and how feet share their load need not:
it is not the rows that decide it, but the way that the sweeps have come.

Christianson, "Reverse accumulation and attractive fixed points", Optimization Methods and Software
3 (1994); Blondel et al., "Efficient and modular implicit differentiation", NeurIPS 2022.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax

from scenert.solve.pgs import Blocks, Iterate, Schedule, prepared
from scenert.solve.solver import Group, Solution

_Inputs = tuple[tuple[Blocks, ...], Iterate]


def solve(groups: tuple[Group, ...], shape: tuple[int, int], sweeps: int) -> Solution:
    """`sweeps` sweeps over all groups, from zero impulses; `shape` is (trees, t).

    As many linearized ones give the derivative.
    """
    schedule = Schedule(groups, shape)
    blocks = schedule.arranged(tuple(map(prepared, groups)))
    return schedule.solution(swept(schedule, blocks, schedule.still(blocks), sweeps))


def swept(schedule: Schedule, blocks: tuple[Blocks, ...], start: Iterate, sweeps: int) -> Iterate:
    """Where `sweeps` sweeps come to; its derivative starts from that of `start`."""

    @jax.custom_jvp
    def ended(blocks: tuple[Blocks, ...], start: Iterate) -> Iterate:
        return schedule.swept(blocks, start, sweeps)

    @ended.defjvp
    def derivative(at: _Inputs, moved: _Inputs) -> tuple[Iterate, Iterate]:
        (blocks, start), (change, led) = at, moved
        before = schedule.swept(blocks, start, sweeps - 1)
        after, along = jax.linearize(lambda at: schedule.sweep(blocks, at), before)
        _, push = jax.jvp(lambda blocks: schedule.sweep(blocks, before), (blocks,), (change,))
        gained = tuple(map(jnp.subtract, after.impulses, start.impulses))
        _, turn = jax.jvp(lambda blocks: schedule.pressed(blocks, gained), (blocks,), (change,))

        def sweep(at: Iterate, _: None) -> tuple[Iterate, None]:
            return jax.tree.map(jnp.add, along(at), push), None

        begin = led._replace(whitened=led.whitened + turn)
        tangent, _ = lax.scan(sweep, begin, None, length=sweeps)
        return after, tangent

    return ended(blocks, start)
