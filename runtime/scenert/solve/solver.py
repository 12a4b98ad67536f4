"""What every solver takes and gives: groups of constraint rows, and their impulses."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from scenert.ops.rows import Response
from scenert.ops.vector import apply
from scenert.solve.laws import Law


class Group(NamedTuple):
    """n blocks of m rows of one kind.

    response: the rows in whitened velocity, (n, m, t) per side. velocity (n, m) m/s or rad/s: along
    the rows before any impulse. law: what the rows demand. first, second: index of the tree each
    block acts on per side (second None: one side only). colors: how many blocks each color has.
    """

    response: Response
    velocity: Array
    law: Law
    first: tuple[int, ...]
    second: tuple[int, ...] | None
    colors: tuple[int, ...]

    def acted(self, whitened: Array) -> Array:
        """The whitened velocities (trees, t) of the trees that the blocks act on: (n, s)."""
        sides = [np.array(side) for side in (self.first, self.second) if side is not None]
        return jnp.concatenate([whitened[side] for side in sides], axis=-1)

    def answer(self, whitened: Array) -> Array:
        """The velocities (n, m) along the rows that whitened velocities (trees, t) amount to."""
        return apply(joined(self.response), self.acted(whitened))


class Solution(NamedTuple):
    """Impulses of every group, (n, m) each, and the change of whitened velocity z (trees, t)."""

    impulses: tuple[Array, ...]
    whitened: Array


def joined(response: Response) -> Array:
    """Both sides of every row side by side: (n, m, s)."""
    sides = [side for side in (response.first, response.second) if side is not None]
    return jnp.concatenate(sides, axis=-1)


def gram(response: Response) -> Array:
    """The response y · y of every row to itself, with its slack: (n, m)."""
    rows = joined(response)
    own = jnp.sum(rows * rows, axis=-1)
    return own if response.slack is None else own + response.slack
