"""Levels of a kinematic tree, and how quantities pass between them.

A level is a group of w alike links, all carried by links of one other level (or by the world).
Every quantity of a level has the links as its leading axis.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

T = TypeVar("T")


class Level(NamedTuple):
    """Pose and motion of w links, in world axes.

    position (w, 3) m, rotation (w, 3, 3), angular (w, 3) rad/s, linear (w, 3) m/s: the link frames.
    offset (w, 3) m: from the parent's origin to the link's.
    subspace (w, 6, k): twist of the link, relative to its parent, per unit of joint velocity.
    bias (w, 6): acceleration of the link when neither its parent nor its joint accelerates.
    """

    position: Array
    rotation: Array
    angular: Array
    linear: Array
    offset: Array
    subspace: Array
    bias: Array


def world(count: int, dtype: jnp.dtype) -> Level:
    """The world as the parent of `count` links: at rest at the origin."""
    vectors = jnp.zeros((count, 3), dtype)
    return Level(
        position=vectors,
        rotation=jnp.broadcast_to(jnp.eye(3, dtype=dtype), (count, 3, 3)),
        angular=vectors,
        linear=vectors,
        offset=vectors,
        subspace=jnp.zeros((count, 6, 0), dtype),
        bias=jnp.zeros((count, 6), dtype),
    )


def pick(values: T, index: tuple[int, ...]) -> T:
    """The entries `index` along the leading axis of every array in `values`, by static slices."""
    picked: T = jax.tree.map(lambda array: _take(array, index), values)
    return picked


def _take(array: Array, index: tuple[int, ...]) -> Array:
    if index == tuple(range(array.shape[0])):
        return array
    if len(set(index)) == 1:
        row = array[index[0] : index[0] + 1]
        return jnp.broadcast_to(row, (len(index), *array.shape[1:]))
    first, steps = index[0], {b - a for a, b in pairwise(index)}
    if steps == {1}:
        return array[first : first + len(index)]
    return array[np.array(index)]


def gather_onto(values: Array, index: tuple[int, ...], count: int) -> Array:
    """Sum of the rows of `values` (w, ...) that belong to each of `count` parents.

    Row i belongs to parent index[i]. Static: the inverse of `pick`, which it transposes.
    """
    if index == tuple(range(count)):
        return values
    rows = [[i for i, parent in enumerate(index) if parent == p] for p in range(count)]
    zero = jnp.zeros(values.shape[1:], values.dtype)
    sums = [jnp.sum(_take(values, tuple(r)), axis=0) if r else zero for r in rows]
    return jnp.stack(sums)


def flatten_run(values: T) -> T:
    """A run of L levels of w links as one level of L w links: (L, w, ...) -> (L w, ...)."""
    flat: T = jax.tree.map(lambda array: array.reshape(-1, *array.shape[2:]), values)
    return flat


def at(run: T, level: int) -> T:
    """One level of a run: (L, w, ...) -> (w, ...)."""
    taken: T = jax.tree.map(lambda array: array[level], run)
    return taken


def stacked(first: T, rest: T) -> T:
    """A level (w, ...) and the run (L - 1, w, ...) that follows it, as one run (L, w, ...)."""
    run: T = jax.tree.map(lambda a, b: jnp.concatenate([a[None], b]), first, rest)
    return run
