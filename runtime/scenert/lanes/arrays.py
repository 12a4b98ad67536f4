"""Arrays while a function is scalarized: value numbers, or places in a buffer.

An array of value numbers costs nothing to reshape, transpose or pick apart. An array that a loop
indexes lives in a buffer; `Stored` says where each of its elements is, so that those operations
are free for it, too. Its elements are loaded where they are used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import TypeAlias

import numpy as np

from scenert.lanes.builder import Builder
from scenert.lanes.program import DTYPES, INDEX, Type

LARGE = 64
"""Elements from which on an operation on a stored array is a loop."""


class Stored:
    """Element e is at `offsets[e]` plus the value `base` in the buffer.

    Once the buffer is about to change, the elements are loaded and kept in `kept`.
    """

    def __init__(
        self, builder: Builder, buffer: int, offsets: np.ndarray, base: int | None = None
    ) -> None:
        self.builder = builder
        self.buffer = buffer
        self.offsets = offsets
        self.base = base
        self.kept: np.ndarray | None = None
        if not builder.sealed(buffer):
            builder.watch(buffer, self)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return self.offsets.shape

    def load(self) -> np.ndarray:
        """The value numbers of the elements."""
        if self.kept is not None:
            return self.kept
        numbers = [
            self.builder.load(self.buffer, offset, self.base)
            for offset in self.offsets.ravel().tolist()
        ]
        return np.array(numbers, np.int64).reshape(self.shape)

    def keep(self) -> None:
        """Hold on to the elements as they are now."""
        if has_many_rows(self.builder, self):
            there = copied(self.builder, self)
            self.builder.own(there.buffer, None)
            self.buffer, self.offsets, self.base = there.buffer, there.offsets, None
        else:
            self.kept = self.load()

    def moved(self, change: Callable[[np.ndarray], np.ndarray]) -> Array:
        """The array after a change that only moves elements."""
        if self.kept is not None:
            return change(self.kept)
        return Stored(self.builder, self.buffer, change(self.offsets), self.base)

    def window(self, offsets: np.ndarray, base: int | None) -> Stored:
        """Elements of the same buffer, `base` further on."""
        total = base if self.base is None else self.base
        if base is not None and self.base is not None:
            total = self.builder.emit("add", INDEX, self.base, base)
        return Stored(self.builder, self.buffer, offsets, total)


Array: TypeAlias = "np.ndarray | Stored"


def scalars(array: Array) -> np.ndarray:
    """The value numbers of an array, loaded where it is stored."""
    return array.load() if isinstance(array, Stored) else array


def moved(array: Array, change: Callable[[np.ndarray], np.ndarray]) -> Array:
    """The array after a change that only moves elements."""
    return array.moved(change) if isinstance(array, Stored) else change(array)


def constant_values(builder: Builder, array: Array) -> np.ndarray | None:
    """The array as constants, in its shape; None where an element is known at run time only."""
    numbers = scalars(array)
    values = [builder.known(value) for value in numbers.ravel().tolist()]
    if any(value is None for value in values):
        return None
    types = builder.program.types
    dtype = DTYPES[types[numbers.flat[0]]] if numbers.size else np.dtype(np.int64)
    return np.array(values, dtype).reshape(numbers.shape)


def write(builder: Builder, buffer: int, array: Array, index: int | None = None) -> None:
    """Store an array to a buffer, in row-major order from the value `index` on.

    What is large and stored already is moved by a loop.
    """
    if isinstance(array, Stored) and array.kept is None and array.offsets.size > LARGE:
        _copy(builder, buffer, 0, array, index)
        return
    if repetitive(builder, array):
        _repeat(builder, buffer, scalars(array)[0], array.shape[0], index)
        return
    for offset, value in enumerate(scalars(array).ravel().tolist()):
        builder.store(buffer, offset, value, index)


def has_many_rows(builder: Builder, array: Array) -> bool:
    """Whether an array is so long along its leading axis that loops work on it."""
    return bool(array.shape) and array.shape[0] >= builder.rows and prod(array.shape) > LARGE


def repetitive(builder: Builder, array: Array) -> bool:
    """Whether an array has many rows of the very same values."""
    if isinstance(array, Stored) or not has_many_rows(builder, array):
        return False
    return bool((array == array[:1]).all())


def _repeat(
    builder: Builder, buffer: int, values: np.ndarray, times: int, index: int | None
) -> None:
    """Store the same row again and again."""
    row = values.ravel().tolist()
    with builder.loop(times) as loop:
        place = builder.emit("mul", INDEX, loop.counter, builder.index(len(row)))
        place = place if index is None else builder.emit("add", INDEX, place, index)
        for offset, value in enumerate(row):
            builder.store(buffer, offset, value, place)


def _copy(builder: Builder, buffer: int, start: int, source: Stored, index: int | None) -> None:
    """Copy to `start` plus `index`, by a loop over the first axis or row by row."""
    offsets = source.offsets
    if offsets.size <= LARGE:
        for place, value in enumerate(source.load().ravel().tolist()):
            builder.store(buffer, start + place, value, index)
        return
    row, steps = offsets.size // len(offsets), np.diff(offsets, axis=0)
    if len(offsets) > 1 and (steps == steps.flat[0]).all():
        with builder.loop(len(offsets)) as loop:
            there = builder.emit("mul", INDEX, loop.counter, builder.index(int(steps.flat[0])))
            here = builder.emit("mul", INDEX, loop.counter, builder.index(row))
            here = here if index is None else builder.emit("add", INDEX, here, index)
            _copy(builder, buffer, start, source.window(np.asarray(offsets[0]), there), here)
        return
    for place, part in enumerate(map(np.asarray, offsets)):
        _copy(builder, buffer, start + place * row, source.window(part, None), index)


def freeze(builder: Builder, buffer: int) -> None:
    """Load what lazy readers of a buffer still need, because it is about to change."""
    for view in builder.views(buffer):
        if view.kept is None:
            view.keep()


def in_memory(builder: Builder, array: Array) -> Stored:
    """The array where a loop can index it; constants become a table."""
    if isinstance(array, Stored) and array.kept is None:
        return array
    constants = constant_values(builder, array)
    if constants is None:
        stored = copied(builder, array, uniform=is_uniform(builder, array))
        builder.own(stored.buffer, None)
        return stored
    return tabulated(builder, constants, element_type(builder, array))


def tabulated(builder: Builder, constants: np.ndarray, type_: Type) -> Stored:
    """An array of constants in a table."""
    places = np.arange(constants.size).reshape(constants.shape)
    return Stored(builder, builder.table(constants, type_), places)


def copied(builder: Builder, array: Array, *, uniform: bool = False) -> Stored:
    """The array in a workspace buffer of its own, in row-major order."""
    size = prod(array.shape)
    buffer = builder.buffer("work", element_type(builder, array), size, uniform=uniform)
    write(builder, buffer, array)
    return Stored(builder, buffer, np.arange(size).reshape(array.shape))


def concatenated(builder: Builder, parts: Sequence[Array], axis: int) -> Array:
    """The arrays one after the other; in memory where one of them has many rows."""
    parts = [part for part in parts if part.shape[axis]] or parts[:1]
    if axis or not any(has_many_rows(builder, part) for part in parts):
        return np.concatenate([scalars(part) for part in parts], axis)
    rows, row = sum(part.shape[0] for part in parts), parts[0].shape[1:]
    size = rows * prod(row)
    uniform = all(is_uniform(builder, part) for part in parts)
    type_ = element_type(builder, parts[0])
    buffer = builder.buffer("work", type_, size, uniform=uniform)
    start = 0
    for part in parts:
        write(builder, buffer, part, builder.index(start))
        start += prod(part.shape)
    builder.own(buffer, None)
    return Stored(builder, buffer, np.arange(size).reshape(rows, *row))


def element_type(builder: Builder, array: Array) -> Type:
    """The scalar type of an array that is not empty."""
    if isinstance(array, Stored) and array.kept is None:
        return builder.program.buffers[array.buffer].type
    return builder.program.types[int(scalars(array).flat[0])]


def is_uniform(builder: Builder, array: Array) -> bool:
    """Whether all lanes share the array."""
    if isinstance(array, Stored) and array.kept is None:
        return builder.program.buffers[array.buffer].uniform
    return all(builder.uniform(value) for value in scalars(array).ravel().tolist())


def strides(offsets: np.ndarray) -> tuple[int, ...] | None:
    """How far apart neighbours along each axis are; None where that varies."""
    steps = []
    for axis in range(offsets.ndim):
        apart = np.diff(offsets, axis=axis)
        if apart.size and (apart != apart.flat[0]).any():
            return None
        steps.append(int(apart.flat[0]) if apart.size else 0)
    return tuple(steps)
