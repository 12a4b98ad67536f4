"""Scans: unrolled where that is small, so that index tables become constants, else real loops.

A real loop carries small arrays as values and large or indexed ones in memory. What it reads per
pass (`xs`) and what it leaves behind per pass (`ys`) is in memory, addressed by the loop counter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from jax.extend.core import Jaxpr, Var

from scenert.lanes.arrays import (
    LARGE,
    Array,
    Stored,
    copied,
    element_type,
    freeze,
    in_memory,
    is_uniform,
    moved,
    repetitive,
    scalars,
    write,
)
from scenert.lanes.builder import Builder
from scenert.lanes.interpret import inlined
from scenert.lanes.program import INDEX, Loop
from scenert.lanes.rules.uniformity import uniform_carries
from scenert.lanes.scan import Scan

CARRY_LIMIT = 64
"""Elements up to which an array is carried as values."""
_INDEXED = frozenset({"dynamic_slice", "dynamic_update_slice", "gather", "scatter", "scatter-add"})


def unrolled(builder: Builder, scan: Scan, operands: Sequence[Array]) -> list[Array]:
    """The results of a scan, pass after pass."""
    consts, carry, xs = _groups(scan, operands)
    passes = range(scan.passes)
    leaving: list[list[Array]] = []
    for step in reversed(passes) if scan.reverse else passes:
        slices = [moved(x, lambda array, step=step: array[step]) for x in xs]  # type: ignore[misc]
        results = inlined(builder, scan.body, [*consts, *carry, *slices])
        carry = results[: len(carry)]
        leaving.append(results[len(carry) :])
    if scan.reverse:
        leaving.reverse()
    shapes = [var.aval.shape for var in scan.body.jaxpr.outvars[len(carry) :]]
    stacks: list[Array] = [
        _stack([results[place] for results in leaving], shape) for place, shape in enumerate(shapes)
    ]
    return [*carry, *stacks]


def _stack(parts: Sequence[Array], shape: Sequence[int]) -> np.ndarray:
    if not parts:
        return np.empty((0, *shape), np.int64)
    return np.stack([scalars(part) for part in parts])


def _groups(scan: Scan, operands: Sequence[Array]) -> tuple[list[Array], list[Array], list[Array]]:
    """The operands as constants, initial carry and sliced inputs."""
    first, second = scan.constants, scan.constants + scan.carried
    return list(operands[:first]), list(operands[first:second]), list(operands[second:])


def rolled(builder: Builder, scan: Scan, operands: Sequence[Array]) -> list[Array]:
    """The results of a scan as a loop in the program."""
    consts, initial, xs = _groups(scan, operands)
    body, trips = scan.body, scan.passes
    spread = [is_uniform(builder, operand) for operand in operands]
    shared = uniform_carries(body.jaxpr, spread, len(consts), len(initial))
    indexed = _indexed(body.jaxpr)
    inner = body.jaxpr.invars[len(consts) : len(consts) + len(initial)]
    consts = [
        in_memory(builder, value) if var in indexed and prod(value.shape) > LARGE else value
        for var, value in zip(body.jaxpr.invars, consts, strict=False)
    ]
    carries = [
        _open_carry(builder, value, uniform, in_place=var in indexed)
        for var, value, uniform in zip(inner, initial, shared, strict=True)
    ]
    tables = [_pass_by_pass(builder, x) if prod(x.shape) else x for x in xs]
    traces = [_Trace(builder, trips) for _ in body.jaxpr.outvars[len(initial) :]]
    with builder.loop(trips) as loop:
        step = _step(builder, loop, scan.reverse)
        for carry in carries:
            carry.enter(loop)
        slices = [_slice(builder, table, step) for table in tables]
        arguments = [*consts, *(carry.inside for carry in carries), *slices]
        results = inlined(builder, body, arguments)
        _end_pass(step, carries, traces, results)
    return [carry.leave() for carry in carries] + [trace.leave() for trace in traces]


def _step(builder: Builder, loop: Loop, reverse: bool) -> int:
    """Which slice a pass works on."""
    if not reverse:
        return loop.counter
    return builder.emit("sub", INDEX, builder.index(loop.trips - 1), loop.counter)


def _indexed(jaxpr: Jaxpr) -> set[Var]:
    """The variables that the body picks from or puts into at places given at run time."""
    return {
        equation.invars[0]
        for equation in jaxpr.eqns
        if equation.primitive.name in _INDEXED and isinstance(equation.invars[0], Var)
    }


def _pass_by_pass(builder: Builder, array: Array) -> Array:
    """The array in memory, the slices of all passes equally far apart, unless all are alike."""
    if repetitive(builder, array):
        return array
    stored = in_memory(builder, array)
    apart = np.diff(stored.offsets, axis=0)
    return stored if (apart == apart.flat[0]).all() else copied(builder, stored)


def _slice(builder: Builder, table: Array, step: int) -> Array:
    """The slice of a scanned array that belongs to a pass."""
    if not isinstance(table, Stored):
        return np.asarray(table[0])
    apart = int((table.offsets[1] - table.offsets[0]).flat[0])
    base = builder.emit("mul", INDEX, step, builder.index(apart))
    return _with_fixed_columns(builder, table, table.window(table.offsets[0], base))


def _with_fixed_columns(builder: Builder, table: Stored, part: Stored) -> Array:
    """The slice, with constants where a table holds the same number for every pass."""
    buffer = builder.program.buffers[table.buffer]
    if buffer.data is None:
        return part
    columns = buffer.data[table.offsets].reshape(len(table.offsets), -1)
    fixed = (columns == columns[0]).all(axis=0)
    if not fixed.any():
        return part
    values = part.load().ravel().copy()
    values[fixed] = builder.constants(columns[0][fixed], buffer.type)
    return values.reshape(part.shape)


class _Values:
    """An array carried as values."""

    def __init__(self, builder: Builder, initial: Array, uniform: bool) -> None:
        self.builder = builder
        self.initial = scalars(initial)
        self.uniform = uniform
        self.inside: Array = self.initial

    def enter(self, loop: Loop) -> None:
        """Open the loop with the initial values."""
        self._carries = [
            self.builder.carry(loop, value, uniform=self.uniform)
            for value in self.initial.ravel().tolist()
        ]
        self.inside = self._shaped([carry.inside for carry in self._carries])

    def prepared(self, following: Array) -> Array:
        """The array loaded, so that it can be carried after the pass has changed memory."""
        return scalars(following)

    def follow(self, following: Array) -> None:
        """Say what the next pass starts from."""
        for carry, value in zip(self._carries, scalars(following).ravel().tolist(), strict=True):
            carry.following = value

    def leave(self) -> Array:
        """The array after the loop."""
        return self._shaped([carry.result for carry in self._carries])

    def _shaped(self, values: list[int]) -> np.ndarray:
        return np.array(values, np.int64).reshape(self.initial.shape)


class _Memory:
    """An array carried in memory, which the body may change in place."""

    def __init__(self, builder: Builder, initial: Array, uniform: bool) -> None:
        self.builder = builder
        home = copied(builder, initial, uniform=uniform)
        self.buffer, self.offsets = home.buffer, home.offsets
        self.inside: Array = home

    def enter(self, _: Loop) -> None:
        """Hand the buffer to the loop."""
        self.builder.own(self.buffer, self.builder.depth)
        self.inside = self._whole()

    def unchanged(self, result: Array) -> bool:
        """Whether the result is the buffer itself, as the pass left it."""
        return (
            isinstance(result, Stored)
            and result.kept is None
            and result.buffer == self.buffer
            and result.base is None
            and np.array_equal(result.offsets, self.offsets)
        )

    def prepared(self, following: Array) -> Array:
        """The array where storing the other carries does not change it."""
        if not isinstance(following, Stored) or prod(following.shape) <= LARGE:
            return scalars(following)
        fixed = following.kept is None and self.builder.sealed(following.buffer)
        return following if fixed else copied(self.builder, following)

    def follow(self, following: Array) -> None:
        """Store what the next pass starts from."""
        freeze(self.builder, self.buffer)
        write(self.builder, self.buffer, following)

    def leave(self) -> Array:
        """The array after the loop."""
        self.builder.own(self.buffer, self.builder.depth)
        return self._whole()

    def _whole(self) -> Stored:
        return Stored(self.builder, self.buffer, self.offsets)


def _open_carry(
    builder: Builder, initial: Array, uniform: bool, *, in_place: bool
) -> _Values | _Memory:
    size = prod(initial.shape)
    large = size > CARRY_LIMIT or (in_place and size > 1)
    return (_Memory if large else _Values)(builder, initial, uniform)


@dataclass
class _Trace:
    """What a loop leaves behind: one slice per pass."""

    builder: Builder
    trips: int
    result: Array | None = None

    def record(self, step: int, value: Array) -> None:
        """Keep the slice of one pass."""
        row = prod(value.shape)
        if not row or self._invariant(value):
            self.result = np.broadcast_to(scalars(value), (self.trips, *value.shape))
            return
        type_ = element_type(self.builder, value)
        uniform = is_uniform(self.builder, value)
        with self.builder.outside():
            buffer = self.builder.buffer("work", type_, self.trips * row, uniform=uniform)
        base = self.builder.emit("mul", INDEX, step, self.builder.index(row))
        write(self.builder, buffer, value, base)
        offsets = np.arange(self.trips * row).reshape(self.trips, *value.shape)
        self.result = Stored(self.builder, buffer, offsets)

    def _invariant(self, value: Array) -> bool:
        if isinstance(value, Stored) and prod(value.shape) > LARGE:
            return False
        depths = self.builder.program.depths
        return all(
            depths[number] < self.builder.depth for number in scalars(value).ravel().tolist()
        )

    def leave(self) -> Array:
        """All slices, stacked."""
        assert self.result is not None
        if isinstance(self.result, Stored):
            self.builder.own(self.result.buffer, None)
        return self.result


def _end_pass(
    step: int,
    carries: Sequence[_Values | _Memory],
    traces: Sequence[_Trace],
    results: Sequence[Array],
) -> None:
    """Leave behind what is kept of a pass, then store what the next pass starts from."""
    following, leaving = results[: len(carries)], results[len(carries) :]
    for trace, value in zip(traces, leaving, strict=True):
        trace.record(step, value)
    updates = [
        (carry, carry.prepared(value))
        for carry, value in zip(carries, following, strict=True)
        if not (isinstance(carry, _Memory) and carry.unchanged(value))
    ]
    for carry, value in updates:
        carry.follow(value)
