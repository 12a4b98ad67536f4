"""What a function returns: the types of its arrays and the tree they hang in."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.tree_util import PyTreeDef

from scenert.lanes import store

_UNKNOWN_CLASS = (pickle.PickleError, AttributeError, ImportError)
"""What pickling raises for a class that other processes cannot import, or no longer."""


class Signature(NamedTuple):
    """The types of a function's results, and their structure."""

    results: tuple[jax.ShapeDtypeStruct, ...]
    tree: PyTreeDef

    @staticmethod
    def of(results: Any) -> Signature:
        """The signature of a function that returns these types."""
        leaves, tree = jax.tree.flatten(results)
        return Signature(tuple(array_type(x.shape, x.dtype) for x in leaves), tree)


def array_type(shape: tuple[int, ...], dtype: Any) -> jax.ShapeDtypeStruct:
    """The type of an array."""
    return jax.ShapeDtypeStruct(shape, dtype)  # type: ignore[no-untyped-call]


def kept_signature(identity: str, trace: Callable[[], Signature]) -> Signature:
    """The signature of the function that `identity` names; `trace` finds it out the first time.

    It is pickled, since trees hold classes of their own; it is trusted as the code next to it is.
    """
    name = f"{identity}.types"
    entry = store.get(name)
    if entry is not None:
        with suppress(*_UNKNOWN_CLASS):
            shapes, tree = pickle.loads(entry)
            types = tuple(array_type(shape, jnp.dtype(kind)) for shape, kind in shapes)
            return Signature(types, tree)
    signature = trace()
    with suppress(*_UNKNOWN_CLASS):
        shapes = [(x.shape, x.dtype.name) for x in signature.results]
        store.put(name, pickle.dumps((shapes, signature.tree)))
    return signature
