"""Builds a scalar program; equal values are found and shared while they are made.

Every instruction stands in the outermost region where its operands exist: what no loop pass
changes is computed before the loop, and what no lane changes is computed in the prologue.
"""

from __future__ import annotations

import struct
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scenert.lanes.errors import LaneError
from scenert.lanes.fold import fold, number
from scenert.lanes.program import (
    BOOLEAN,
    DTYPES,
    INDEX,
    Buffer,
    Carry,
    Instruction,
    Loop,
    Number,
    Program,
    Region,
    Type,
)
from scenert.lanes.simplify import simplify

_COMMUTATIVE = frozenset({"add", "mul", "and", "or", "xor", "eq", "ne"})
BODY = 1
"""Depth of the body; the prologue has depth 0 and a loop's body is one deeper than the loop."""


@dataclass
class _Memory:
    """What is known of a buffer: who may store to it, how often that happened, who reads it lazily.

    `owner` is the depth of the region that may store to it in place; None once nobody may.
    """

    owner: int | None
    version: int = 0
    views: weakref.WeakSet[Any] = field(default_factory=weakref.WeakSet)


class Builder:
    """A program under construction.

    Arrays of `rows` rows or more are worked on by loops over their rows. A program of more than
    `limit` instructions is given up with a LaneError.
    """

    def __init__(self, rows: int, limit: int) -> None:
        self.rows = rows
        self.limit = limit
        self._count = 0
        self.program = Program()
        self.regions: list[Region] = [self.program.prologue, self.program.body]
        self._serials = [0, 1]
        self._numbering: dict[object, int] = {}
        self._definitions: dict[int, Instruction] = {}
        self._memory: list[_Memory] = []

    # Values

    def new_value(self, type_: Type, depth: int, *, uniform: bool) -> int:
        """A fresh value number."""
        program = self.program
        program.types.append(type_)
        program.depths.append(depth)
        program.uniform.append(uniform)
        return len(program.types) - 1

    def constant(self, type_: Type, value: Number) -> int:
        """The value that is this constant, rounded to the type."""
        exact = number(value, type_)
        bits: object = struct.pack("d", exact) if isinstance(exact, float) else exact
        key = ("constant", type_, bits)
        known = self._numbering.get(key)
        if known is None:
            known = self._numbering[key] = self.new_value(type_, 0, uniform=True)
            self.program.constants[known] = exact
        return known

    def constants(self, array: np.ndarray, type_: Type) -> np.ndarray:
        """The value numbers of an array of constants, in its shape."""
        numbers = [self.constant(type_, value) for value in array.ravel().tolist()]
        return np.array(numbers, np.int64).reshape(array.shape)

    def known(self, value: int) -> Number | None:
        """The constant that a value is, or None."""
        return self.program.constants.get(value)

    def definition(self, value: int) -> Instruction | None:
        """The instruction that computes a value, or None."""
        return self._definitions.get(value)

    def uniform(self, value: int) -> bool:
        """Whether a value is uniform."""
        return self.program.uniform[value]

    def emit(self, op: str, type_: Type, *operands: int) -> int:
        """The value of `op` on the operands: folded, shared with an equal one, or computed anew."""
        if (value := self._fold(op, type_, operands)) is not None:
            return value
        if (value := simplify(self, op, type_, operands)) is not None:
            return value
        if op in _COMMUTATIVE and operands[0] > operands[1]:
            operands = operands[::-1]
        key = (op, type_, operands)
        known = self._numbering.get(key)
        if known is None:
            depth = max(self.program.depths[operand] for operand in operands)
            known = self._numbering[key] = self._append(op, type_, operands, depth)
        return known

    def _fold(self, op: str, type_: Type, operands: tuple[int, ...]) -> int | None:
        constants = self.program.constants
        if not all(operand in constants for operand in operands):
            return None
        types = tuple(self.program.types[operand] for operand in operands)
        value = fold(op, type_, tuple(constants[operand] for operand in operands), types)
        return None if value is None else self.constant(type_, value)

    def _append(
        self,
        op: str,
        type_: Type,
        operands: tuple[int, ...],
        depth: int,
        detail: tuple[int, int] | None = None,
        *,
        uniform: bool = True,
    ) -> int:
        spread = uniform and all(self.program.uniform[operand] for operand in operands)
        result = self.new_value(type_, depth, uniform=spread)
        instruction = Instruction(op, type_, operands, result, detail)
        self._definitions[result] = instruction
        self._put(instruction, depth)
        return result

    def _put(self, instruction: Instruction, depth: int) -> None:
        self.regions[depth].append(instruction)
        self._count += 1
        if self._count > self.limit:
            raise LaneError(f"the program would have more than {self.limit:,} instructions")

    # Shorthands

    def convert(self, value: int, type_: Type) -> int:
        """The value in another type."""
        if self.program.types[value] == type_:
            return value
        return self.emit("convert", type_, value)

    def compare(self, op: str, x: int, y: int) -> int:
        """The truth of a comparison."""
        return self.emit(op, BOOLEAN, x, y)

    def index(self, value: int) -> int:
        """The constant index."""
        return self.constant(INDEX, value)

    @property
    def depth(self) -> int:
        """Depth of the region that is being filled."""
        return len(self.regions) - 1

    # Memory

    def buffer(
        self,
        kind: Any,
        type_: Type,
        size: int,
        *,
        uniform: bool = False,
        data: np.ndarray | None = None,
    ) -> int:
        """A new buffer; arguments and tables are sealed from the start."""
        fixed = kind in ("input", "table")
        depth = (0 if uniform else BODY) if fixed else self.depth
        name = f"{kind}{len(self.program.buffers)}"
        self.program.buffers.append(Buffer(name, kind, type_, size, uniform, depth, data))
        self._memory.append(_Memory(None if fixed else self.depth))
        return len(self.program.buffers) - 1

    def table(self, data: np.ndarray, type_: Type) -> int:
        """A buffer of constants, the same one for equal data."""
        key = ("table", type_, data.astype(DTYPES[type_]).tobytes())
        if key not in self._numbering:
            flat = data.ravel()
            self._numbering[key] = self.buffer("table", type_, flat.size, uniform=True, data=flat)
        return self._numbering[key]

    def sealed(self, buffer: int) -> bool:
        """Whether nothing will be stored to the buffer any more."""
        return self._memory[buffer].owner is None

    def owned(self, buffer: int) -> bool:
        """Whether the region that is being filled may change the buffer in place."""
        return self._memory[buffer].owner == self.depth

    def own(self, buffer: int, depth: int | None) -> None:
        """Give the buffer to the open region of that depth; None: nothing will change it again."""
        self._memory[buffer].owner = depth

    def watch(self, buffer: int, view: object) -> None:
        """Remember a lazy reader of the buffer for as long as it lives."""
        self._memory[buffer].views.add(view)

    def views(self, buffer: int) -> Iterable[Any]:
        """The lazy readers of the buffer that still live."""
        return list(self._memory[buffer].views)

    def load(self, buffer: int, offset: int, index: int | None = None) -> int:
        """The scalar at `offset` plus the value `index`."""
        place, memory = self.program.buffers[buffer], self._memory[buffer]
        operands, offset = self._address(offset, index)
        if place.data is not None and not operands:
            return self.constant(place.type, place.data[offset].item())
        now = () if memory.owner is None else (memory.version, self._serials[-1])
        key = ("load", buffer, operands, offset, *now)
        known = self._numbering.get(key)
        if known is None:
            depth = max([place.depth, *(self.program.depths[operand] for operand in operands)])
            depth = depth if memory.owner is None else self.depth
            known = self._numbering[key] = self._append(
                "load", place.type, operands, depth, (buffer, offset), uniform=place.uniform
            )
        return known

    def store(self, buffer: int, offset: int, value: int, index: int | None = None) -> None:
        """Store a value at `offset` plus the value `index`."""
        operands, offset = self._address(offset, index)
        self._memory[buffer].version += 1
        type_ = self.program.buffers[buffer].type
        self._put(Instruction("store", type_, (value, *operands), -1, (buffer, offset)), -1)

    def _address(self, offset: int, index: int | None) -> tuple[tuple[int, ...], int]:
        """Operands and offset of an access; constant parts of the index move into the offset."""
        if index is None:
            return (), offset
        if (fixed := self.known(index)) is not None:
            return (), offset + int(fixed)
        definition = self.definition(index)
        if definition is not None and definition.op == "add":
            for fixed_part, rest in (definition.operands, definition.operands[::-1]):
                if (fixed := self.known(fixed_part)) is not None:
                    return (rest,), offset + int(fixed)
        return (index,), offset

    # Loops

    @contextmanager
    def loop(self, trips: int) -> Iterator[Loop]:
        """A loop whose body is filled inside the `with` block."""
        loop = Loop(self.new_value(INDEX, self.depth + 1, uniform=True), trips)
        self.regions.append(loop.body)
        self._serials.append(len(self.program.types))
        yield loop
        self.regions.pop()
        self._serials.pop()
        for memory in self._memory:
            memory.version += 1
        self.regions[-1].append(loop)

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Makes buffers that belong to the region around the loop that is being filled."""
        region, serial = self.regions.pop(), self._serials.pop()
        yield
        self.regions.append(region)
        self._serials.append(serial)

    def carry(self, loop: Loop, initial: int, *, uniform: bool) -> Carry:
        """A value carried by the loop whose body is being filled; `following` is set later."""
        type_ = self.program.types[initial]
        inside = self.new_value(type_, self.depth, uniform=uniform)
        result = self.new_value(type_, self.depth - 1, uniform=uniform)
        loop.carries.append(Carry(inside, initial, inside, result))
        return loop.carries[-1]
