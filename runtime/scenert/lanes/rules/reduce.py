"""Reductions, running reductions and products of arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from math import prod
from typing import Any

import numpy as np

from scenert.lanes.arrays import Array, scalars
from scenert.lanes.builder import Builder
from scenert.lanes.fold import neutral
from scenert.lanes.program import BOOLEAN, FLOATS, type_of
from scenert.lanes.registry import rule
from scenert.lanes.rules.elementwise import result_type

_REDUCTIONS = {
    "reduce_sum": "add",
    "reduce_prod": "mul",
    "reduce_max": "max",
    "reduce_min": "min",
    "reduce_and": "and",
    "reduce_or": "or",
    "reduce_xor": "xor",
}
LONG = 4
"""Terms up to which a reduction is one chain."""
_RUNNING = {"cumsum": "add", "cumprod": "mul", "cummax": "max", "cummin": "min"}


@rule(*_REDUCTIONS)
def _reduce(builder: Builder, equation: Any, x: Array) -> Sequence[Array]:
    op, type_ = _REDUCTIONS[equation.primitive.name], result_type(equation)
    shape = equation.outvars[0].aval.shape
    rows = _reduced_last(scalars(x), equation.params["axes"])
    nothing = builder.constant(type_, neutral(op, type_))
    step = _binary(builder, op, type_)
    values = [_combined(step, row, nothing) for row in rows.tolist()]
    return [np.array(values, np.int64).reshape(shape)]


def _combined(step: Callable[[int, int], int], row: Sequence[int], nothing: int) -> int:
    """All elements of a row combined, by two chains where it is long: each operation waits for the
    one before, so that two chains side by side take little more time than one of half the length.
    """
    terms = [value for value in row if value != nothing] or [nothing]
    half = len(terms) // 2 if len(terms) > LONG else 0
    parts = [part for part in (terms[:half], terms[half:]) if part]
    return reduce(step, [reduce(step, part) for part in parts])


def _reduced_last(array: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """The array as (kept elements, reduced elements)."""
    kept = [axis for axis in range(array.ndim) if axis not in axes]
    count = prod(array.shape[axis] for axis in axes)
    return array.transpose(*kept, *axes).reshape(prod(array.shape[axis] for axis in kept), count)


def _binary(builder: Builder, op: str, type_: str) -> Callable[[int, int], int]:
    return lambda x, y: builder.emit(op, type_, x, y)


@rule(*_RUNNING)
def _running(builder: Builder, equation: Any, x: Array) -> Sequence[Array]:
    op, type_ = _RUNNING[equation.primitive.name], result_type(equation)
    axis, backwards = equation.params["axis"], equation.params["reverse"]
    lines = np.moveaxis(scalars(x), axis, -1)
    lines = lines[..., ::-1] if backwards else lines
    step = _binary(builder, op, type_)
    rows = [_scan(step, row) for row in lines.reshape(-1, lines.shape[-1]).tolist()]
    sums = np.array(rows, np.int64).reshape(lines.shape)
    return [np.moveaxis(sums[..., ::-1] if backwards else sums, -1, axis)]


def _scan(step: Callable[[int, int], int], row: list[int]) -> list[int]:
    results = row[:1]
    for value in row[1:]:
        results.append(step(results[-1], value))
    return results


@rule("argmax", "argmin")
def _arg(builder: Builder, equation: Any, x: Array) -> Sequence[Array]:
    index_type = result_type(equation)
    type_ = type_of(equation.invars[0].aval.dtype)
    better = "gt" if equation.primitive.name == "argmax" else "lt"
    rows = _reduced_last(scalars(x), equation.params["axes"])
    values = [_best(builder, row, better, type_, index_type) for row in rows.tolist()]
    return [np.array(values, np.int64).reshape(equation.outvars[0].aval.shape)]


def _best(builder: Builder, row: list[int], better: str, type_: str, index_type: str) -> int:
    """Place of the best element; the first of equals, and the first NaN where there is one."""
    best, place = row[0], builder.constant(index_type, 0)
    for candidate, value in enumerate(row[1:], 1):
        wins = builder.compare(better, value, best)
        if type_ in FLOATS:
            ordered = builder.compare("eq", best, best)
            nan = builder.compare("ne", value, value)
            wins = builder.emit("and", BOOLEAN, builder.emit("or", BOOLEAN, wins, nan), ordered)
        best = builder.emit("select", type_, wins, value, best)
        place = builder.emit(
            "select", index_type, wins, builder.constant(index_type, candidate), place
        )
    return place


@rule("dot_general")
def _dot(builder: Builder, equation: Any, x: Array, y: Array) -> Sequence[Array]:
    (x_sum, y_sum), (x_batch, y_batch) = equation.params["dimension_numbers"]
    type_, shape = result_type(equation), equation.outvars[0].aval.shape
    left = _matrices(scalars(x), x_batch, x_sum)
    right = _matrices(scalars(y), y_batch, y_sum)
    values = [
        _product(builder, type_, row, column)
        for rows, columns in zip(left, right, strict=True)
        for row in rows.tolist()
        for column in columns.tolist()
    ]
    return [np.array(values, np.int64).reshape(shape)]


def _matrices(array: np.ndarray, batch: Sequence[int], summed: Sequence[int]) -> np.ndarray:
    """The array as (batch, free, summed)."""
    free = [axis for axis in range(array.ndim) if axis not in (*batch, *summed)]
    sizes = [prod(array.shape[axis] for axis in axes) for axes in (batch, free, summed)]
    return array.transpose(*batch, *free, *summed).reshape(sizes)


def _product(builder: Builder, type_: str, row: list[int], column: list[int]) -> int:
    pairs = [
        (builder.convert(a, type_), builder.convert(b, type_))
        for a, b in zip(row, column, strict=True)
    ]
    products = [builder.emit("mul", type_, *pair) for pair in pairs]
    return _combined(_binary(builder, "add", type_), products, builder.constant(type_, 0))
