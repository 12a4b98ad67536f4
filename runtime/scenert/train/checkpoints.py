"""Learners on disk: whole or not at all, whenever the process ends."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import orbax.checkpoint as ocp
from jax import Array

from scenert.train.method import Learner

KEPT = 3  # checkpoints; older ones are deleted


class Checkpoints:
    """The checkpoints of one training in `folder`, written by Orbax.

    A checkpoint has its final name only once it is complete, so that a process that is killed while
    it writes leaves the one before it.
    """

    def __init__(self, folder: Path, interval: float) -> None:
        options = ocp.CheckpointManagerOptions(max_to_keep=KEPT, enable_async_checkpointing=False)
        handler = ocp.StandardCheckpointHandler()
        self._manager = ocp.CheckpointManager(
            folder.absolute(), options=options, item_handlers=handler
        )
        self._interval = interval
        self._saved = time.monotonic()

    def restore(self, fresh: Learner) -> Learner:
        """The learner of the latest checkpoint; `fresh`, which gives the layout, without one.

        Raises ValueError where the checkpoint is of another layout.
        """
        step = self._manager.latest_step()
        if step is None:
            return fresh
        arrays, static = eqx.partition(fresh, eqx.is_array)
        expected = _named(arrays)
        if _layout(self._manager.item_metadata(step).tree) != _layout(expected):
            raise ValueError(
                f"the checkpoint in {self._manager.directory} is of another model or method: "
                "train in another folder, or delete this one to begin anew"
            )
        loaded = self._manager.restore(step, args=ocp.args.StandardRestore(expected))
        leaves, structure = jax.tree.flatten(arrays)
        values = map(_like, leaves, loaded.values())
        learner: Learner = eqx.combine(jax.tree.unflatten(structure, values), static)
        return learner

    def offer(self, learner: Learner, update: int) -> None:
        """Save if the interval has passed since the last time."""
        if time.monotonic() - self._saved >= self._interval:
            self.save(learner, update)

    def save(self, learner: Learner, update: int) -> None:
        """Save, unless this update is saved already."""
        if self._manager.latest_step() != update:
            arrays = _named(eqx.filter(learner, eqx.is_array))
            self._manager.save(update, args=ocp.args.StandardSave(arrays))
        self._saved = time.monotonic()

    def close(self) -> None:
        """Release what Orbax holds."""
        self._manager.close()


def _named(arrays: Any) -> dict[str, Array]:
    """The arrays by their path, numbered so that any order of names is that of the leaves."""
    leaves = jax.tree_util.tree_leaves_with_path(arrays)
    return {
        f"{number:04}{jax.tree_util.keystr(path)}": _plain(leaf)
        for number, (path, leaf) in enumerate(leaves)
    }


def _layout(named: Mapping[str, Any]) -> dict[str, Any]:
    return {name: (tuple(array.shape), str(array.dtype)) for name, array in named.items()}


def _is_key(array: Array) -> bool:
    return bool(jnp.issubdtype(array.dtype, jax.dtypes.prng_key))


def _plain(array: Array) -> Array:
    """The numbers of `array`, which may be random keys."""
    return jax.random.key_data(array) if _is_key(array) else array


def _like(array: Array, numbers: Array) -> Array:
    """The `numbers` as keys where `array` holds keys."""
    if not _is_key(array):
        return numbers
    keys: Array = jax.random.wrap_key_data(numbers, impl=jax.random.key_impl(array))
    return keys
