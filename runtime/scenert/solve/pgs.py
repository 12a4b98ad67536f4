"""Projected Gauss-Seidel over constraint rows, in whitened velocity.

One sweep visits every row, gives it the impulse that its law asks for with all other impulses held,
and adds the row's response to the whitened velocity z of its trees at once. Nothing of the size of
rows x rows ever exists.

Blocks of rows that touch no common tree do not see each other and are relaxed together: the
compiler lays the blocks of a group out color by color, and the result is that of visiting them one
by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from scenert.solve import meeting
from scenert.solve.laws import Frictional, Law, Oblique, Scalar
from scenert.solve.solver import Group, Solution, gram, joined

Tree = TypeVar("Tree")

UNROLLED_COLORS = 12  # groups with more colors are scanned, to keep the program short


class Blocks(NamedTuple):
    """n blocks of one group: responses (n, m, s), velocity (n, m), gains (n, m or 2), law.

    gram (n, m, m) is what an impulse on one row of a contact does to all of them; of no columns for
    other rows. Arranged for a sweep, arrays have the axes (c, w) of colors instead of n, and within
    a color only (w,). Blocks of gain and gram zero do nothing.
    """

    response: Array
    velocity: Array
    gain: Array
    law: Law
    gram: Array


class Iterate(NamedTuple):
    """The whitened velocity z (trees, t), and the impulses (c, w, m) of every group."""

    whitened: Array
    impulses: tuple[Array, ...]


_Relax = Callable[[Blocks, Array, Array], tuple[Array, Array]]


def solve(groups: tuple[Group, ...], shape: tuple[int, int], sweeps: int) -> Solution:
    """`sweeps` sweeps over all groups, from zero impulses; `shape` is (trees, t)."""
    schedule = Schedule(groups, shape)
    blocks = schedule.arranged(tuple(map(prepared, groups)))
    return schedule.solution(schedule.swept(blocks, schedule.still(blocks), sweeps))


def prepared(group: Group) -> Blocks:
    """The group's blocks, with all that does not change from sweep to sweep."""
    response, own = joined(group.response), gram(group.response)
    if not isinstance(group.law, Frictional):
        nothing = jnp.zeros((*own.shape, 0), own.dtype)
        return Blocks(response, group.velocity, group.law.gain(own), group.law, nothing)
    mutual = response @ jnp.swapaxes(response, -1, -2)
    gain = group.law.gain(own, mutual[:, 1, 2])
    return Blocks(response, group.velocity, gain, group.law, mutual)


def only(acts: Array, rows: Blocks) -> Blocks:
    """Blocks of which the others do nothing."""
    gain = jnp.where(acts[:, None], rows.gain, 0.0)
    return rows._replace(gain=gain, gram=jnp.where(acts[:, None, None], rows.gram, 0.0))


class Schedule:
    """The order of a sweep: static tables of which block touches which tree when."""

    def __init__(self, groups: tuple[Group, ...], shape: tuple[int, int]) -> None:
        self.shape = shape
        self._orders = [_Arrangement(group, shape[0]) for group in groups]

    def arranged(self, values: tuple[Tree, ...]) -> tuple[Tree, ...]:
        """Arrays (n, ...) over the blocks of every group, as (c, w, ...)."""
        pairs = zip(self._orders, values, strict=True)
        return tuple(jax.tree.map(order.arranged, tree) for order, tree in pairs)

    def still(self, blocks: tuple[Blocks, ...]) -> Iterate:
        """Where sweeps start: nothing acts and nothing moves."""
        impulses = tuple(jnp.zeros_like(rows.velocity) for rows in blocks)
        return Iterate(jnp.zeros(self.shape, blocks[0].velocity.dtype), impulses)

    def swept(self, blocks: tuple[Blocks, ...], start: Iterate, sweeps: int) -> Iterate:
        """Where `sweeps` sweeps come to."""

        def sweep(at: Iterate, _: None) -> tuple[Iterate, None]:
            return self.sweep(blocks, at), None

        at, _ = lax.scan(sweep, start, None, length=sweeps)
        return at

    def sweep(self, blocks: tuple[Blocks, ...], at: Iterate) -> Iterate:
        """One visit to every block."""
        z, relaxed = at.whitened, []
        for order, rows, impulse in zip(self._orders, blocks, at.impulses, strict=True):
            z, new = order.visit(_relaxation(rows.law), z, rows, impulse)
            relaxed.append(new)
        return Iterate(z, tuple(relaxed))

    def pressed(self, blocks: tuple[Blocks, ...], impulses: tuple[Array, ...]) -> Array:
        """The whitened velocity Σ y λ (trees, t) under given impulses."""
        z = jnp.zeros(self.shape, blocks[0].velocity.dtype)
        for order, rows, impulse in zip(self._orders, blocks, impulses, strict=True):
            z, _ = order.visit(_press, z, rows, impulse)
        return z

    def solution(self, at: Iterate) -> Solution:
        """The iterate in the groups' own order."""
        flat = (order.unpack(i) for order, i in zip(self._orders, at.impulses, strict=True))
        return Solution(tuple(flat), at.whitened)


class _Arrangement:
    """A group arranged as (colors, width, ...), with the static tables of who touches what.

    Colors of unequal width are padded with blocks that have no response and belong to no tree.
    """

    def __init__(self, group: Group, trees: int) -> None:
        self.colors, self.width = len(group.colors), max(group.colors)
        self.trees, self.count = trees, sum(group.colors)
        self.order = self._order(group.colors)
        sides = [group.first] if group.second is None else [group.first, group.second]
        self.sides = [self._arranged_trees(side) for side in sides]
        self.inverse = self._inverse()

    def arranged(self, values: Array) -> Array:
        """Values (n, ...) of the blocks as (colors, width, ...)."""
        if self.colors * self.width != self.count:
            values = jnp.concatenate([values, jnp.zeros_like(values[:1])])[self.order]
        return values.reshape(self.colors, self.width, *values.shape[1:])

    def unpack(self, impulse: Array) -> Array:
        """Impulses (colors, width, m) in the group's own order, (n, m)."""
        flat = impulse.reshape(-1, impulse.shape[-1])
        inside = np.flatnonzero(self.order < self.count)
        return flat if inside.size == flat.shape[0] else flat[inside]

    def visit(self, relax: _Relax, z: Array, blocks: Blocks, impulse: Array) -> tuple[Array, Array]:
        """One visit to every block of the group, color by color."""
        if self.colors <= UNROLLED_COLORS:
            return self._visit_unrolled(relax, z, blocks, impulse)

        def body(z: Array, at: tuple[Blocks, Array, list[Array], Array]) -> tuple[Array, Array]:
            return self._visit_color(relax, z, *at)

        sides = [jnp.asarray(side) for side in self.sides]
        return lax.scan(body, z, (blocks, impulse, sides, jnp.asarray(self.inverse)))

    def _visit_unrolled(
        self, relax: _Relax, z: Array, blocks: Blocks, impulse: Array
    ) -> tuple[Array, Array]:
        relaxed = []
        for c in range(self.colors):
            color = jax.tree.map(lambda x, c=c: x[c], blocks)
            sides = [side[c] for side in self.sides]
            z, new = self._visit_color(relax, z, color, impulse[c], sides, self.inverse[c])
            relaxed.append(new)
        return z, jnp.stack(relaxed)

    def _visit_color(
        self,
        relax: _Relax,
        z: Array,
        blocks: Blocks,
        impulse: Array,
        sides: list[Array],
        inverse: Array,
    ) -> tuple[Array, Array]:
        new, moved = relax(blocks, impulse, self._gather(z, sides))
        return self._scatter(z, moved, inverse), new

    def _gather(self, z: Array, sides: list[Array]) -> Array:
        """The whitened velocities that a color's blocks act on: (w, s)."""
        if self.trees == 1 and self.width == 1:
            return z
        padded = jnp.concatenate([z, jnp.zeros_like(z[:1])])
        return jnp.concatenate([padded[side] for side in sides], axis=-1)

    def _scatter(self, z: Array, moved: Array, inverse: Array) -> Array:
        """z with the trees that a color's blocks act on as they left them: each tree is touched by
        one block of the color at most, so this is a gather through the inverse table."""
        if self.trees == 1 and self.width == 1:
            return moved
        nothing = len(self.sides) * self.width
        parts = jnp.split(moved, len(self.sides), axis=-1)
        stacked = jnp.concatenate([*parts, jnp.zeros_like(z[:1])])
        return jnp.where((inverse < nothing)[:, None], stacked[inverse], z)

    def _order(self, colors: tuple[int, ...]) -> np.ndarray:
        """Block of the group at every place of the arrangement; `count` where there is none."""
        order = np.full((self.colors, self.width), self.count)
        ends = np.cumsum(colors)
        for c, (end, size) in enumerate(zip(ends, colors, strict=True)):
            order[c, :size] = np.arange(end - size, end)
        return order.ravel()

    def _arranged_trees(self, side: tuple[int, ...]) -> np.ndarray:
        arranged: np.ndarray = np.array([*side, self.trees])[self.order]
        return arranged.reshape(self.colors, self.width)

    def _inverse(self) -> np.ndarray:
        """For every color and tree its place among the stacked sides, or the place after them if no
        block of the color touches it."""
        inverse = np.full((self.colors, self.trees + 1), len(self.sides) * self.width)
        for s, side in enumerate(self.sides):
            for c in range(self.colors):
                inverse[c, side[c]] = s * self.width + np.arange(self.width)
        return inverse[:, : self.trees]


def _relaxation(law: Law) -> _Relax:
    """How blocks under a law are relaxed."""
    if isinstance(law, Oblique):
        return _relax_meeting
    return _relax_contact if isinstance(law, Frictional) else _relax_scalar


def _press(blocks: Blocks, impulse: Array, z: Array) -> tuple[Array, Array]:
    """The impulses as they are."""
    return impulse, z + jnp.sum(blocks.response * impulse[..., None], axis=-2)


def _relax_scalar(blocks: Blocks, impulse: Array, z: Array) -> tuple[Array, Array]:
    """Rows one after the other, each by its own law."""
    law: Scalar = blocks.law  # type: ignore[assignment]
    relaxed = []
    for k in range(blocks.velocity.shape[1]):
        y = blocks.response[:, k]
        velocity = blocks.velocity[:, k] + jnp.sum(y * z, axis=-1)
        new = law.project(k, impulse[:, k], velocity, blocks.gain[:, k])
        z = z + y * (new - impulse[:, k])[:, None]
        relaxed.append(new)
    return jnp.stack(relaxed, axis=-1), z


def _relax_contact(blocks: Blocks, impulse: Array, z: Array) -> tuple[Array, Array]:
    """The normal row, then both tangents together.

    What the normal's impulse does to the tangents is known beforehand, so that all three rows are
    multiplied with the same z and need not wait for each other. The products stand apart: XLA would
    compute them in one piece, again for every row that follows.
    """
    law: Frictional = blocks.law  # type: ignore[assignment]
    velocity = blocks.velocity[:, 0] + jnp.sum(blocks.response[:, 0] * z, axis=-1)
    demand = law.demand(impulse[:, 0], velocity, blocks.gain)
    normal = law.push(demand, blocks.gain)
    change = (normal - impulse[:, 0])[:, None]
    along = jnp.sum(blocks.response[:, 1:] * z[:, None], axis=-1)
    slip = blocks.velocity[:, 1:] + along + blocks.gram[:, 0, 1:] * change
    tangent = law.hold(demand, blocks.gain, impulse[:, 1:], slip)
    z = z + blocks.response[:, 0] * change
    for k in range(2):
        z = z + blocks.response[:, k + 1] * (tangent - impulse[:, 1:])[:, k, None]
    return jnp.concatenate([normal[:, None], tangent], axis=-1), z


def _relax_meeting(blocks: Blocks, impulse: Array, z: Array) -> tuple[Array, Array]:
    """All rows of a block together."""
    law: Oblique = blocks.law  # type: ignore[assignment]
    velocity = blocks.velocity + jnp.sum(blocks.response * z[:, None], axis=-1)
    new = meeting.impulse(law, impulse, velocity, blocks.gram)
    return new, z + jnp.sum(blocks.response * (new - impulse)[..., None], axis=1)
