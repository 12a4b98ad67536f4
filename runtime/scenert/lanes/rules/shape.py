"""Operations that only move elements; they cost nothing at run time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scenert.lanes.arrays import Array, concatenated, moved, scalars
from scenert.lanes.builder import Builder
from scenert.lanes.errors import LaneError
from scenert.lanes.program import DTYPES, type_of
from scenert.lanes.registry import rule


@rule("reshape", "squeeze", "expand_dims")
def _reshape(_: Builder, equation: Any, x: Array, *__: Array) -> Sequence[Array]:
    shape = equation.outvars[0].aval.shape
    return [moved(x, lambda array: array.reshape(shape))]


@rule("broadcast_in_dim")
def _broadcast(_: Builder, equation: Any, x: Array, *__: Array) -> Sequence[Array]:
    shape, dimensions = equation.params["shape"], equation.params["broadcast_dimensions"]
    aligned = [1] * len(shape)
    for source, target in enumerate(dimensions):
        aligned[target] = x.shape[source]
    return [moved(x, lambda array: np.broadcast_to(array.reshape(aligned), shape))]


@rule("transpose")
def _transpose(_: Builder, equation: Any, x: Array) -> Sequence[Array]:
    return [moved(x, lambda array: array.transpose(equation.params["permutation"]))]


@rule("rev")
def _rev(_: Builder, equation: Any, x: Array) -> Sequence[Array]:
    return [moved(x, lambda array: np.flip(array, equation.params["dimensions"]))]


@rule("slice")
def _slice(_: Builder, equation: Any, x: Array) -> Sequence[Array]:
    parameters = equation.params
    strides = parameters["strides"] or (1,) * len(x.shape)
    starts, limits = parameters["start_indices"], parameters["limit_indices"]
    window = tuple(slice(*bounds) for bounds in zip(starts, limits, strides, strict=True))
    return [moved(x, lambda array: array[window])]


@rule("split")
def _split(_: Builder, equation: Any, x: Array) -> Sequence[Array]:
    axis, sizes = equation.params["axis"], equation.params["sizes"]
    ends = np.cumsum(sizes)
    return [
        moved(x, lambda array, a=end - size, b=end: np.take(array, np.arange(a, b), axis))  # type: ignore[misc]
        for size, end in zip(sizes, ends, strict=True)
    ]


@rule("unstack")
def _unstack(_: Builder, equation: Any, x: Array) -> Sequence[Array]:
    axis = equation.params["axis"]
    return [
        moved(x, lambda array, place=place: np.take(array, place, axis))  # type: ignore[misc]
        for place in range(x.shape[axis])
    ]


@rule("concatenate")
def _concatenate(builder: Builder, equation: Any, *parts: Array) -> Sequence[Array]:
    if len(parts) == 1:
        return parts
    return [concatenated(builder, parts, equation.params["dimension"])]


@rule("stack")
def _stack(_: Builder, equation: Any, *parts: Array) -> Sequence[Array]:
    return [np.stack([scalars(part) for part in parts], equation.params["axis"])]


@rule("tile")
def _tile(_: Builder, equation: Any, x: Array) -> Sequence[Array]:
    return [moved(x, lambda array: np.tile(array, equation.params["reps"]))]


@rule("pad")
def _pad(builder: Builder, equation: Any, x: Array, filling: Array) -> Sequence[Array]:
    if len(x.shape) and (ends := _ends(builder, equation)) is not None:
        spread = [np.broadcast_to(scalars(filling), (rows, *x.shape[1:])) for rows in ends]
        parts = [part for part in (spread[0], x, spread[1]) if part.shape[0]]
        return [concatenated(builder, parts, 0)]
    source, padded = scalars(x), np.empty(equation.outvars[0].aval.shape, np.int64)
    padded[...] = scalars(filling).item()
    sources, targets = [], []
    for size, (low, high, gap) in zip(source.shape, equation.params["padding_config"], strict=True):
        places = low + np.arange(size) * (gap + 1)
        extent = low + high + size + max(size - 1, 0) * gap
        inside = (places >= 0) & (places < extent)
        sources.append(np.flatnonzero(inside))
        targets.append(places[inside])
    padded[np.ix_(*targets)] = source[np.ix_(*sources)]
    return [padded]


def _ends(builder: Builder, equation: Any) -> tuple[int, int] | None:
    """Rows before and after a large array, where it is padded along its leading axis only."""
    (low, high, gap), *rest = equation.params["padding_config"]
    along = not gap and min(low, high) >= 0 and not any(any(axis) for axis in rest)
    return (low, high) if along and equation.outvars[0].aval.shape[0] >= builder.rows else None


@rule("iota")
def _iota(builder: Builder, equation: Any, *_: Array) -> Sequence[Array]:
    parameters = equation.params
    shape, dimension, dtype = (parameters[key] for key in ("shape", "dimension", "dtype"))
    along = [-1 if axis == dimension else 1 for axis in range(len(shape))]
    counts = np.broadcast_to(np.arange(shape[dimension]).reshape(along), shape)
    type_ = type_of(dtype)
    return [builder.constants(counts.astype(DTYPES[type_]), type_)]


@rule("copy", "copy_p", "stop_gradient", "optimization_barrier", "pvary", "name", "reduce_replica")
def _identity(_: Builder, equation: Any, *operands: Array) -> Sequence[Array]:
    if len(operands) != len(equation.outvars):
        raise LaneError("it returns something else than its operands")
    return operands
