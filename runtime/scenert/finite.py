"""A loud end for silent NaNs."""

from __future__ import annotations

import jax
import numpy as np


def assert_finite(tree: object, what: str = "value") -> None:
    """Do nothing where every number in `tree` is finite.

    Raises FloatingPointError that names the first leaf and index that is not, and TypeError inside
    a transformation such as `jax.jit`, where there are no numbers to look at yet.
    """
    for path, leaf in jax.tree_util.tree_leaves_with_path(tree):
        name = what + jax.tree_util.keystr(path)
        if isinstance(leaf, jax.core.Tracer):
            raise TypeError(
                f"{name} is traced: call assert_finite outside jax.jit, jax.vmap and jax.grad"
            )
        values = np.asarray(leaf, dtype=float)
        bad = np.argwhere(~np.isfinite(values))
        if len(bad):
            index = tuple(int(i) for i in bad[0])
            place = f"{name}[{', '.join(map(str, index))}]" if index else name
            raise FloatingPointError(f"{place} is {values[index]} ({len(bad)} of {values.size})")
