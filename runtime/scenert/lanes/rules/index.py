"""Picking from arrays and putting into them, at constant places or at places all lanes share.

A place that a loop counter or a table decides becomes an address; a place that differs from lane
to lane has no scalar form and is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np
from jax.lax import GatherScatterMode

from scenert.lanes.arrays import Array, Stored, copied, freeze, in_memory, scalars, strides
from scenert.lanes.builder import Builder
from scenert.lanes.errors import LaneError
from scenert.lanes.program import BOOLEAN, DTYPES, FLOATS, INDEX
from scenert.lanes.registry import rule
from scenert.lanes.rules.elementwise import result_type

_COMBINING: dict[str, str | None] = {
    "scatter": None,
    "scatter-add": "add",
    "scatter-sub": "sub",
    "scatter-mul": "mul",
    "scatter-min": "min",
    "scatter-max": "max",
}


@rule("dynamic_slice")
def _dynamic_slice(builder: Builder, equation: Any, x: Array, *starts: Array) -> Sequence[Array]:
    sizes = equation.params["slice_sizes"]
    places = [scalars(start).item() for start in starts]
    return [read_window(builder, x, clamped(builder, places, x.shape, sizes), sizes)]


@rule("dynamic_update_slice")
def _dynamic_update_slice(
    builder: Builder, _: Any, x: Array, update: Array, *starts: Array
) -> Sequence[Array]:
    places = [scalars(start).item() for start in starts]
    window = clamped(builder, places, x.shape, update.shape)
    return [write_window(builder, x, window, scalars(update))]


def clamped(
    builder: Builder, starts: Sequence[int], shape: Sequence[int], sizes: Sequence[int]
) -> list[int]:
    """The first place of a window, moved so that the window lies inside the array."""
    return [
        _clamp(builder, builder.convert(start, INDEX), extent - size)
        for start, extent, size in zip(starts, shape, sizes, strict=True)
    ]


def _clamp(builder: Builder, place: int, last: int) -> int:
    lifted = builder.emit("max", INDEX, place, builder.index(0))
    return builder.emit("min", INDEX, lifted, builder.index(last))


def read_window(
    builder: Builder, array: Array, starts: Sequence[int], sizes: Sequence[int]
) -> np.ndarray:
    """The elements of a window that lies inside the array."""
    if (fixed := _fixed(builder, starts)) is not None:
        return scalars(array)[_box(fixed, sizes)]
    stored, base = _addressed(builder, in_memory(builder, array), starts)
    corner = stored.offsets[_box([0] * len(sizes), sizes)]
    return stored.window(corner, base).load()


def write_window(
    builder: Builder, array: Array, starts: Sequence[int], values: np.ndarray
) -> Array:
    """The array with a window replaced; in place where nobody else can see it."""
    fixed = _fixed(builder, starts)
    if fixed is not None and not isinstance(array, Stored):
        changed = array.copy()
        changed[_box(fixed, values.shape)] = values
        return changed
    target, base = _addressed(builder, _writable(builder, array), starts)
    buffer, offsets, start = target.buffer, target.offsets, target.base
    freeze(builder, buffer)
    fresh = Stored(builder, buffer, offsets, start)
    corner = offsets[_box([0] * values.ndim, values.shape)]
    place = fresh.window(corner, base)
    for offset, value in zip(corner.ravel().tolist(), values.ravel().tolist(), strict=True):
        builder.store(buffer, offset, value, place.base)
    return fresh


def _fixed(builder: Builder, starts: Sequence[int]) -> list[int] | None:
    known = [builder.known(start) for start in starts]
    return [int(start) for start in known if start is not None] if None not in known else None


def _box(starts: Sequence[int], sizes: Sequence[int]) -> tuple[slice, ...]:
    return tuple(slice(start, start + size) for start, size in zip(starts, sizes, strict=True))


def _writable(builder: Builder, array: Array) -> Stored:
    """The array where this region may change it, laid out without repetitions."""
    if isinstance(array, Stored) and array.kept is None and builder.owned(array.buffer):
        steps = strides(array.offsets)
        if steps is not None and np.unique(array.offsets).size == array.offsets.size:
            return array
    return copied(builder, array)


def _addressed(
    builder: Builder, stored: Stored, starts: Sequence[int]
) -> tuple[Stored, int | None]:
    """The array with regular strides, and the address of a place in it."""
    steps = strides(stored.offsets)
    if steps is None:
        stored = copied(builder, stored)
        steps = strides(stored.offsets)
        assert steps is not None
    address = builder.index(0)
    for start, step, extent in zip(starts, steps, stored.shape, strict=True):
        if not builder.uniform(start):
            raise LaneError("the index differs from lane to lane")
        if extent > 1:
            along = builder.emit("mul", INDEX, start, builder.index(step))
            address = builder.emit("add", INDEX, address, along)
    return stored, address


@rule("gather")
def _gather(builder: Builder, equation: Any, x: Array, indices: Array) -> Sequence[Array]:
    numbers, sizes = equation.params["dimension_numbers"], equation.params["slice_sizes"]
    places = scalars(indices)
    dropped = (*numbers.collapsed_slice_dims, *numbers.operand_batching_dims)
    kept = [size for axis, size in enumerate(sizes) if axis not in dropped]
    result = np.empty((*places.shape[:-1], *kept), np.int64)
    for position in np.ndindex(*places.shape[:-1]):
        starts = _starts(
            builder, x, places[position], position, numbers.start_index_map,
            numbers.operand_batching_dims, numbers.start_indices_batching_dims,
        )  # fmt: skip
        window = _gathered(builder, equation, x, starts, sizes)
        result[position] = window.reshape(kept)
    batch_axes = [axis for axis in range(result.ndim) if axis not in numbers.offset_dims]
    order = (*batch_axes, *numbers.offset_dims)
    return [result.transpose(np.argsort(order))]


def _starts(
    builder: Builder,
    array: Array,
    index: np.ndarray,
    position: tuple[int, ...],
    index_map: Sequence[int],
    batching: Sequence[int],
    index_batching: Sequence[int],
) -> list[int]:
    """Where the window of one index vector starts, along each axis of the array."""
    starts = [builder.index(0)] * len(array.shape)
    for axis, value in zip(index_map, index.tolist(), strict=True):
        starts[axis] = builder.convert(value, INDEX)
    for axis, batch_axis in zip(batching, index_batching, strict=True):
        starts[axis] = builder.index(position[batch_axis])
    return starts


def _gathered(
    builder: Builder, equation: Any, x: Array, starts: list[int], sizes: Sequence[int]
) -> np.ndarray:
    window = read_window(builder, x, clamped(builder, starts, x.shape, sizes), sizes)
    if equation.params["mode"] != GatherScatterMode.FILL_OR_DROP:
        return window
    inside = _inside(builder, starts, x.shape, sizes)
    type_ = result_type(equation)
    filling = builder.constant(type_, _filling(type_, equation.params["fill_value"]))
    values = [builder.emit("select", type_, inside, value, filling) for value in window.flat]
    return np.array(values, np.int64).reshape(window.shape)


def _filling(type_: str, given: Any) -> Any:
    """What a gather outside the array gives."""
    if given is not None:
        return given
    if type_ in FLOATS:
        return float("nan")
    if type_ == BOOLEAN:
        return True
    limits = np.iinfo(DTYPES[type_].name)
    return limits.max if limits.min == 0 else limits.min


def _inside(
    builder: Builder, starts: Sequence[int], shape: Sequence[int], sizes: Sequence[int]
) -> int:
    """Whether a window lies inside the array."""
    inside = builder.constant(BOOLEAN, True)
    for start, extent, size in zip(starts, shape, sizes, strict=True):
        for op, bound in (("ge", 0), ("le", extent - size)):
            truth = builder.compare(op, start, builder.index(bound))
            inside = builder.emit("and", BOOLEAN, inside, truth)
    return inside


@rule(*_COMBINING)
def _scatter(
    builder: Builder, equation: Any, x: Array, indices: Array, updates: Array
) -> Sequence[Array]:
    numbers = equation.params["dimension_numbers"]
    places, windows = scalars(indices), _windows(scalars(updates), numbers)
    sizes = _window_sizes(len(x.shape), windows.shape[places.ndim - 1 :], numbers)
    combine = _combination(builder, equation)
    for position in product(*map(range, places.shape[:-1])):
        starts = _starts(
            builder, x, places[position], position, numbers.scatter_dims_to_operand_dims,
            numbers.operand_batching_dims, numbers.scatter_indices_batching_dims,
        )  # fmt: skip
        inside = clamped(builder, starts, x.shape, sizes)
        old = read_window(builder, x, inside, sizes)
        values = combine(old, windows[position].reshape(sizes))
        if equation.params["mode"] != GatherScatterMode.CLIP:
            kept = _inside(builder, starts, x.shape, sizes)
            values = _choose(builder, result_type(equation), kept, values, old)
        x = write_window(builder, x, inside, values)
    return [x]


def _windows(updates: np.ndarray, numbers: Any) -> np.ndarray:
    """The updates as (index positions, window)."""
    window = numbers.update_window_dims
    batch = [axis for axis in range(updates.ndim) if axis not in window]
    return updates.transpose(*batch, *window)


def _window_sizes(rank: int, window: Sequence[int], numbers: Any) -> list[int]:
    """The window's extent along each axis of the array."""
    single = (*numbers.inserted_window_dims, *numbers.operand_batching_dims)
    extents = iter(window)
    return [1 if axis in single else next(extents) for axis in range(rank)]


def _combination(builder: Builder, equation: Any) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    op, type_ = _COMBINING[equation.primitive.name], result_type(equation)
    if op is None:
        return lambda _, new: new

    def combine(old: np.ndarray, new: np.ndarray) -> np.ndarray:
        pairs = zip(old.ravel().tolist(), new.ravel().tolist(), strict=True)
        values = [builder.emit(op, type_, *pair) for pair in pairs]
        return np.array(values, np.int64).reshape(old.shape)

    return combine


def _choose(
    builder: Builder, type_: str, condition: int, accepted: np.ndarray, refused: np.ndarray
) -> np.ndarray:
    pairs = zip(accepted.ravel().tolist(), refused.ravel().tolist(), strict=True)
    values = [builder.emit("select", type_, condition, *pair) for pair in pairs]
    return np.array(values, np.int64).reshape(accepted.shape)
