"""The scalar program: what one lane computes, one scalar at a time.

A program is in static single assignment form. Values are numbered; a value is a compile-time
constant, or the result of exactly one instruction. It is *uniform* where it is the same in every
lane. Instructions stand in regions: the prologue (uniform values, computed once per call), the
body (computed for every group of lanes) and the bodies of its loops. Arrays that are indexed by
loop counters live in buffers, read and written by `load` and `store`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from scenert.lanes.errors import LaneError

Type: TypeAlias = str
Number: TypeAlias = bool | int | float

FLOATS: tuple[Type, ...] = ("f32", "f64")
SIGNED: tuple[Type, ...] = ("i8", "i16", "i32", "i64")
UNSIGNED: tuple[Type, ...] = ("u8", "u16", "u32", "u64")
BOOLEAN: Type = "i1"
INDEX: Type = "i64"

DTYPES: dict[Type, np.dtype[np.generic]] = {
    "f32": np.dtype(np.float32),
    "f64": np.dtype(np.float64),
    "i1": np.dtype(np.bool_),
    **{f"i{bits}": np.dtype(f"int{bits}") for bits in (8, 16, 32, 64)},
    **{f"u{bits}": np.dtype(f"uint{bits}") for bits in (8, 16, 32, 64)},
}
_TYPES: dict[np.dtype[np.generic], Type] = {dtype: name for name, dtype in DTYPES.items()}


def type_of(dtype: object) -> Type:
    """The scalar type of a NumPy dtype; LaneError where lanes have no such type."""
    name = _TYPES.get(np.dtype(dtype)) if isinstance(dtype, (np.dtype, type)) else None
    if name is None:
        raise LaneError(f"arrays of {dtype} cannot run in lanes; use float32, float64 or integers")
    return name


@dataclass(frozen=True)
class Buffer:
    """An array in memory: an argument, a result, a constant table or workspace.

    `size` counts scalars per lane, or in all where the buffer is uniform. `depth` is the nesting
    depth of the region that fills it.
    """

    name: str
    kind: Literal["input", "output", "table", "work"]
    type: Type
    size: int
    uniform: bool
    depth: int = 0
    data: np.ndarray | None = None


class Instruction(NamedTuple):
    """`result = op(operands)`; `detail` is the (buffer, offset) of a load or a store.

    The index of a load and of a store is the last operand, or missing where it is 0.
    """

    op: str
    type: Type
    operands: tuple[int, ...]
    result: int
    detail: tuple[int, int] | None = None


@dataclass
class Carry:
    """A value carried from one pass of a loop to the next.

    `inside` names it in the body, `initial` is its value before the first pass, `following` what
    the body computes for the next one, and `result` names it after the loop.
    """

    inside: int
    initial: int
    following: int
    result: int


@dataclass
class Loop:
    """`trips` (at least one) passes over `body`, with `counter` running from 0."""

    counter: int
    trips: int
    carries: list[Carry] = field(default_factory=list)
    body: Region = field(default_factory=list)


Region: TypeAlias = "list[Instruction | Loop]"


@dataclass
class Program:
    """A scalar program and the tables that describe its values, indexed by value number."""

    types: list[Type] = field(default_factory=list)
    uniform: list[bool] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    constants: dict[int, Number] = field(default_factory=dict)
    buffers: list[Buffer] = field(default_factory=list)
    prologue: Region = field(default_factory=list)
    body: Region = field(default_factory=list)

    def inputs(self) -> list[Buffer]:
        """The argument buffers, in the order of the arguments."""
        return [buffer for buffer in self.buffers if buffer.kind == "input"]

    def outputs(self) -> list[Buffer]:
        """The result buffers, in the order of the results."""
        return [buffer for buffer in self.buffers if buffer.kind == "output"]

    def size(self) -> int:
        """Number of instructions, loop bodies counted once."""
        regions = (self.prologue, self.body)
        return sum(isinstance(item, Instruction) for region in regions for item in walk(region))

    def __str__(self) -> str:
        lines = [_show_buffer(buffer) for buffer in self.buffers]
        for title, region in (("prologue", self.prologue), ("body", self.body)):
            lines += [f"{title}:", *_show_region(self, region, "  ")]
        return "\n".join(lines) + "\n"


def walk(region: Region) -> Iterator[Instruction | Loop]:
    """Everything in a region and in its loops, in program order; a loop precedes its body."""
    for item in region:
        yield item
        if isinstance(item, Loop):
            yield from walk(item.body)


def uses(item: Instruction | Loop) -> Iterator[int]:
    """The values that an item itself uses: of a loop those that it carries, not its body's."""
    if isinstance(item, Instruction):
        yield from item.operands
        return
    for carry in item.carries:
        yield from (carry.initial, carry.following)


def _show_buffer(buffer: Buffer) -> str:
    spread = "uniform" if buffer.uniform else "per lane"
    return f"{buffer.kind} {buffer.name}: {buffer.type}[{buffer.size}] {spread}"


def _show_region(program: Program, region: Region, indent: str) -> Iterator[str]:
    for item in region:
        if isinstance(item, Instruction):
            yield indent + _show_instruction(program, item)
            continue
        yield f"{indent}for %{item.counter} in 0..{item.trips}:"
        for carry in item.carries:
            start, following = _show(program, carry.initial), _show(program, carry.following)
            yield f"{indent}  %{carry.inside} = {start}, then {following}; after: %{carry.result}"
        yield from _show_region(program, item.body, indent + "  ")


def _show_instruction(program: Program, item: Instruction) -> str:
    operands = [_show(program, operand) for operand in item.operands]
    if item.detail is None:
        return f"%{item.result}: {item.type} = {item.op} {', '.join(operands)}"
    buffer, offset = item.detail
    stored, index = (operands[:1], operands[1:]) if item.op == "store" else ([], operands)
    place = f"{program.buffers[buffer].name}[{' + '.join([*index, str(offset)])}]"
    return f"{place} = {stored[0]}" if stored else f"%{item.result}: {item.type} = {place}"


def _show(program: Program, value: int) -> str:
    return str(program.constants[value]) if value in program.constants else f"%{value}"
