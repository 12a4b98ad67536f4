"""Tables of numbers, some of which are parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

Entries: TypeAlias = "float | Array | Sequence[Entries]"


def table(entries: Entries, dtype: jnp.dtype) -> Array:
    """Nested lists of numbers and scalar arrays as one array of `dtype`."""
    leaves = list(_leaves(entries))
    if not any(isinstance(leaf, Array) for leaf in leaves):
        return jnp.asarray(np.array(entries, dtype))
    parts: list[Array] = []
    constants: list[float] = []
    for leaf in [*leaves, None]:
        if leaf is not None and not isinstance(leaf, Array):
            constants.append(leaf)
            continue
        if constants:
            parts.append(jnp.asarray(np.array(constants, dtype)))
            constants = []
        if leaf is not None:
            parts.append(leaf.reshape(1))
    return jnp.concatenate(parts).reshape(_shape(entries))


def alike(count: int, entries: Entries, dtype: jnp.dtype) -> Array:
    """`count` rows of one and the same table."""
    row = table(entries, dtype)
    return jnp.broadcast_to(row, (count, *row.shape))


def dtype_of(params: Mapping[str, ArrayLike]) -> jnp.dtype:
    """The floating point type in which a scene with these parameters is computed."""
    if not params:
        return jnp.zeros(()).dtype
    return jnp.result_type(*(jax.tree.leaves(dict(params))))


def _leaves(entries: Entries) -> Iterator[Any]:
    if isinstance(entries, list | tuple):
        for entry in entries:
            yield from _leaves(entry)
    else:
        yield entries


def _shape(entries: Entries) -> tuple[int, ...]:
    if not isinstance(entries, list | tuple):
        return ()
    return (len(entries), *_shape(entries[0]))
