"""On a GPU: the scalar program as a Pallas kernel, with one element of a batch per thread.

A value that differs between elements is one array of BLOCK numbers, a register of every thread of a
block; a uniform value is a scalar. Arguments and results are laid out with the batch last, so that
neighbouring threads read neighbouring numbers. Workspace is memory like a result's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.experimental import pallas as pl
from jax.experimental.pallas import triton

from scenert.lanes.errors import LaneError
from scenert.lanes.program import DTYPES, Buffer, Instruction, Loop, Program, Region, Type
from scenert.lanes.signature import array_type

BLOCK = 128
"""Elements, and threads, of one block."""

_Values: TypeAlias = dict[int, Any]

_SPECIAL: dict[str, Callable[..., Any]] = {
    "and": jnp.bitwise_and,
    "not": jnp.bitwise_not,
    "or": jnp.bitwise_or,
    "xor": jnp.bitwise_xor,
    "round_away": partial(lax.round, rounding_method=lax.RoundingMethod.AWAY_FROM_ZERO),
    "round_even": partial(lax.round, rounding_method=lax.RoundingMethod.TO_NEAREST_EVEN),
    "select": lax.select,
}
"""Operations that JAX has under another name or in another form."""


def run(
    program: Program, arguments: Sequence[jax.Array], count: int, *, interpret: bool = False
) -> list[jax.Array]:
    """The results (count, size) of a program for a batch of `count` elements.

    Arguments have the shape (count, size), or (size,) where all elements share them. `interpret`
    runs the kernel as JAX operations, on any processor.
    """
    blocks = pl.cdiv(count, BLOCK)
    read, made = _places(program, "input", "table"), _places(program, "output", "work")
    given = iter(arguments)
    inputs = [
        _table(buffer) if buffer.kind == "table" else _with_batch_last(next(given), blocks * BLOCK)
        for buffer in program.buffers
        if buffer.kind in ("input", "table")
    ]
    arrays = pl.pallas_call(
        partial(_kernel, program, [*read, *made]),
        out_shape=[_shape(program.buffers[place], blocks) for place in made],
        grid=(blocks,),
        interpret=interpret,
        compiler_params=triton.CompilerParams(num_warps=BLOCK // 32, num_stages=1),
    )(*(array for array in inputs if array.size))
    found = dict(zip(made, arrays, strict=True))
    return [
        found[place][:, :count].T if buffer.size else jnp.zeros((count, 0), _dtype(buffer.type))
        for place, buffer in enumerate(program.buffers)
        if buffer.kind == "output"
    ]


def _places(program: Program, *kinds: str) -> list[int]:
    """The buffers of some kinds that hold anything."""
    buffers = enumerate(program.buffers)
    return [place for place, buffer in buffers if buffer.kind in kinds and buffer.size]


def _dtype(type_: Type) -> Any:
    """JAX's type: indices are 32 bits wide unless it computes in double precision."""
    return jax.dtypes.canonicalize_dtype(DTYPES[type_])


def _with_batch_last(array: jax.Array, count: int) -> jax.Array:
    """The array as (size, count), padded with copies of the last element."""
    if array.ndim == 1:
        return array
    return jnp.pad(array, ((0, count - array.shape[0]), (0, 0)), mode="edge").T


def _table(buffer: Buffer) -> jax.Array:
    return jnp.asarray(buffer.data, _dtype(buffer.type))


def _shape(buffer: Buffer, blocks: int) -> jax.ShapeDtypeStruct:
    """A result or workspace: a column per element, or per block where its elements share it."""
    columns = blocks if buffer.uniform else blocks * BLOCK
    return array_type((buffer.size, columns), _dtype(buffer.type))


def _kernel(program: Program, places: Sequence[int], *references: Any) -> None:
    """One block of the batch."""
    block = _Block(program, dict(zip(places, references, strict=True)), pl.program_id(0))
    values: _Values = {}
    block.compute(program.prologue, values)
    block.compute(program.body, values)


class _Block:
    """Computes regions for the elements of one block."""

    def __init__(self, program: Program, references: dict[int, Any], number: Any) -> None:
        self._program = program
        self._references = references
        self._number = number

    def compute(self, region: Region, values: _Values) -> None:
        """Compute what stands in a region; `values` knows what stands before, and grows."""
        for item in region:
            if isinstance(item, Loop):
                self._loop(item, values)
            elif item.op == "load":
                values[item.result] = self._reference(item, item.operands, values)[()]
            elif item.op == "store":
                self._store(item, values)
            else:
                values[item.result] = self._apply(item, values)

    def _loop(self, loop: Loop, values: _Values) -> None:
        def one_pass(counter: Any, carried: Sequence[Any]) -> list[Any]:
            inside = values | {loop.counter: counter.astype(_dtype("i64"))}
            inside.update(zip((carry.inside for carry in loop.carries), carried, strict=True))
            self.compute(loop.body, inside)
            return [self._spread(carry.inside, carry.following, inside) for carry in loop.carries]

        initial = [self._spread(carry.inside, carry.initial, values) for carry in loop.carries]
        final = lax.fori_loop(0, loop.trips, one_pass, initial)
        values.update(zip((carry.result for carry in loop.carries), final, strict=True))

    def _spread(self, like: int, value: int, values: _Values) -> Any:
        """A value in the shape of the value `like`, which may differ between elements."""
        array = self._value(value, values)
        return array if self._program.uniform[like] else jnp.broadcast_to(array, (BLOCK,))

    def _value(self, value: int, values: _Values) -> Any:
        constant = self._program.constants.get(value)
        if constant is None:
            return values[value]
        return jnp.asarray(constant, _dtype(self._program.types[value]))

    def _reference(self, item: Instruction, index: Sequence[int], values: _Values) -> Any:
        """What a load reads and a store writes."""
        assert item.detail is not None
        place, offset = item.detail
        buffer = self._program.buffers[place]
        row: Any = offset
        if index:
            row = self._value(index[0], values) + np.asarray(offset, _dtype("i64"))
        if not buffer.uniform:
            return self._references[place].at[row, pl.ds(self._number * BLOCK, BLOCK)]
        made = buffer.kind == "work"
        return self._references[place].at[(row, self._number) if made else row]

    def _store(self, item: Instruction, values: _Values) -> None:
        assert item.detail is not None
        value, *index = item.operands
        buffer = self._program.buffers[item.detail[0]]
        array = self._value(value, values)
        shape = () if buffer.uniform else (BLOCK,)
        self._reference(item, index, values)[...] = jnp.broadcast_to(array, shape)

    def _apply(self, item: Instruction, values: _Values) -> Any:
        """The value of an operation; operands of one shape."""
        operands = [self._value(operand, values) for operand in item.operands]
        shape = () if self._program.uniform[item.result] else (BLOCK,)
        operands = [jnp.broadcast_to(x, shape) for x in operands]
        if item.op == "convert":
            return operands[0].astype(_dtype(item.type))
        if item.op == "bitcast":
            return lax.bitcast_convert_type(operands[0], _dtype(item.type))
        function = _SPECIAL.get(item.op) or getattr(lax, item.op, None)
        if function is None:
            raise LaneError(f"'{item.op}' has no form for GPUs")
        return function(*operands)
