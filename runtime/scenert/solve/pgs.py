"""Projected Gauss-Seidel over constraint rows, in whitened velocity.

One sweep visits every row, gives it the impulse that its law asks for with all other impulses held,
and adds the row's response to the whitened velocity z of its trees at once. Nothing of the size of
rows x rows ever exists.

Blocks of rows that touch no common tree do not see each other and are relaxed together: the
compiler lays the blocks of a group out color by color, and the result is that of visiting them one
by one.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from scenert.solve.laws import Frictional, Law, Scalar
from scenert.solve.solver import Group, Solution, gram, joined

UNROLLED_COLORS = 12  # groups with more colors are scanned, to keep the program short


_Iterate = tuple[Array, tuple[Array, ...]]  # whitened velocity, impulses of every group


class _Blocks(NamedTuple):
    """Blocks of one color: responses (w, m, s), velocity (w, m), gains (w, m or 2), law.

    coupling (w, 2) is what an impulse on the normal of a contact does to its tangents; (w, 0) for
    other rows.
    """

    response: Array
    velocity: Array
    gain: Array
    law: Law
    coupling: Array


def solve(groups: tuple[Group, ...], shape: tuple[int, int], sweeps: int) -> Solution:
    """`sweeps` sweeps over all groups, from zero impulses; `shape` is (trees, t)."""
    schedules = [_Schedule(group, shape[0]) for group in groups]
    dtype = groups[0].velocity.dtype

    def sweep(at: _Iterate, _: None) -> tuple[_Iterate, None]:
        z, impulses = at
        relaxed = []
        for schedule, impulse in zip(schedules, impulses, strict=True):
            z, new = schedule.relax(z, impulse)
            relaxed.append(new)
        return (z, tuple(relaxed)), None

    start = tuple(schedule.start() for schedule in schedules)
    (z, impulses), _ = lax.scan(sweep, (jnp.zeros(shape, dtype), start), None, length=sweeps)
    flat = (schedule.unpack(i) for schedule, i in zip(schedules, impulses, strict=True))
    return Solution(tuple(flat), z)


class _Schedule:
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
        self.blocks: _Blocks = jax.tree.map(self._arranged, _blocks(group))
        self.rows = group.velocity.shape[1]

    def start(self) -> Array:
        """Zero impulses (colors, width, m)."""
        return jnp.zeros((self.colors, self.width, self.rows), self.blocks.velocity.dtype)

    def unpack(self, impulse: Array) -> Array:
        """Impulses (colors, width, m) in the group's own order, (n, m)."""
        flat = impulse.reshape(-1, impulse.shape[-1])
        inside = np.flatnonzero(self.order < self.count)
        return flat if inside.size == flat.shape[0] else flat[inside]

    def relax(self, z: Array, impulse: Array) -> tuple[Array, Array]:
        """One visit to every block of the group."""
        if self.colors <= UNROLLED_COLORS:
            return self._relax_unrolled(z, impulse)

        def body(z: Array, at: tuple[_Blocks, Array, list[Array], Array]) -> tuple[Array, Array]:
            blocks, impulse, sides, inverse = at
            return self._relax_color(z, blocks, impulse, sides, inverse)

        sides = [jnp.asarray(side) for side in self.sides]
        return lax.scan(body, z, (self.blocks, impulse, sides, jnp.asarray(self.inverse)))

    def _relax_unrolled(self, z: Array, impulse: Array) -> tuple[Array, Array]:
        relaxed = []
        for c in range(self.colors):
            blocks = jax.tree.map(lambda x, c=c: x[c], self.blocks)
            sides = [side[c] for side in self.sides]
            z, new = self._relax_color(z, blocks, impulse[c], sides, self.inverse[c])
            relaxed.append(new)
        return z, jnp.stack(relaxed)

    def _relax_color(
        self, z: Array, blocks: _Blocks, impulse: Array, sides: list[Array], inverse: Array
    ) -> tuple[Array, Array]:
        local = self._gather(z, sides)
        relax = _relax_contact if isinstance(blocks.law, Frictional) else _relax_scalar
        new, moved = relax(blocks, impulse, local)
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

    def _arranged(self, values: Array) -> Array:
        if self.colors * self.width != self.count:
            values = jnp.concatenate([values, jnp.zeros_like(values[:1])])[self.order]
        return values.reshape(self.colors, self.width, *values.shape[1:])

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


def _relax_scalar(blocks: _Blocks, impulse: Array, z: Array) -> tuple[Array, Array]:
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


def _relax_contact(blocks: _Blocks, impulse: Array, z: Array) -> tuple[Array, Array]:
    """The normal row, then both tangents together.

    What the normal's impulse does to the tangents is known beforehand, so that all three rows are
    multiplied with the same z and need not wait for each other. The products stand apart: XLA would
    compute them in one piece, again for every row that follows.
    """
    law: Frictional = blocks.law  # type: ignore[assignment]
    velocity = blocks.velocity[:, 0] + jnp.sum(blocks.response[:, 0] * z, axis=-1)
    normal = law.project_normal(impulse[:, 0], velocity, blocks.gain[:, 0])
    change = (normal - impulse[:, 0])[:, None]
    along = jnp.sum(blocks.response[:, 1:] * z[:, None], axis=-1)
    slip = blocks.velocity[:, 1:] + along + blocks.coupling * change
    tangent = law.project_tangent(impulse[:, 1:], slip, blocks.gain[:, 1], normal)
    z = z + blocks.response[:, 0] * change
    for k in range(2):
        z = z + blocks.response[:, k + 1] * (tangent - impulse[:, 1:])[:, k, None]
    return jnp.concatenate([normal[:, None], tangent], axis=-1), z


def _blocks(group: Group) -> _Blocks:
    """The group's blocks, with all that does not change from sweep to sweep."""
    response, own = joined(group.response), gram(group.response)
    if not isinstance(group.law, Frictional):
        return _Blocks(response, group.velocity, group.law.gain(own), group.law, own[:, :0])
    coupling = jnp.sum(response[:, 1:] * response[:, :1], axis=-1)
    across = jnp.sum(response[:, 1] * response[:, 2], axis=-1)
    gain = group.law.gain(own, across)
    return _Blocks(response, group.velocity, gain, group.law, coupling)
