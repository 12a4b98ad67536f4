"""Arguments under `jax.shard_map`: what differs between devices must be said of all alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
from jax import lax
from jax.core import ShapedArray
from jax.sharding import PartitionSpec


def spread_alike(operands: Sequence[Any]) -> list[Any]:
    """The operands, all marked as varying over the mesh axes that any of them varies over."""
    axes = frozenset[Any]().union(*(_varying(operand) for operand in operands))
    return [_marked(operand, axes - _varying(operand)) for operand in operands]


def result_type(shape: tuple[int, ...], dtype: Any, operands: Sequence[Any]) -> ShapedArray:
    """The type of a result: it varies over the mesh axes that the operands vary over."""
    if not operands:
        return ShapedArray(shape, dtype)
    nowhere = PartitionSpec(*(None for _ in shape))  # type: ignore[no-untyped-call]
    place = operands[0].sharding.update(spec=nowhere)
    spread = operands[0].manual_axis_type
    return ShapedArray(shape, dtype, sharding=place, manual_axis_type=spread)


def _varying(operand: Any) -> frozenset[Any]:
    varying: frozenset[Any] = jax.typeof(operand).manual_axis_type.varying
    return varying


def _marked(operand: Any, missing: frozenset[Any]) -> Any:
    return lax.pcast(operand, tuple(sorted(missing)), to="varying") if missing else operand
