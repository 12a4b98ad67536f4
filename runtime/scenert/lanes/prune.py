"""Drops what no result depends on.

Memory is looked at cell by cell. A cell is an offset within a row of a buffer, where every access
goes to some row; all rows count as one. What a loop only adds up and nobody reads is dropped, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from scenert.lanes.program import Carry, Instruction, Loop, Program, Region, walk

_Cell: TypeAlias = tuple[int, int]  # buffer, offset; -1: any of the buffer


def prune(program: Program) -> Program:
    """The program without the instructions, carried values and stores that no result needs."""
    cells = _Cells(program)
    needed, read = _needed(program, cells)
    program.prologue = _kept(program.prologue, cells, needed, read)
    program.body = _kept(program.body, cells, needed, read)
    return program


def _instructions(program: Program) -> Iterator[Instruction | Loop]:
    yield from walk(program.prologue)
    yield from walk(program.body)


class _Cells:
    """Which cell an access goes to.

    The rows of a buffer are `pitch` long, if each index in use is a multiple of the pitch and each
    offset smaller. A buffer that is used in another way is one cell.
    """

    def __init__(self, program: Program) -> None:
        self._constants = program.constants
        self._products: dict[int, tuple[int, ...]] = {}
        self._pitches: dict[int, int | None] = {}
        accesses = []
        for item in _instructions(program):
            if isinstance(item, Instruction):
                if item.op == "mul":
                    self._products[item.result] = item.operands
                if item.detail is not None:
                    accesses.append(item)
        for item in accesses:
            self._widen(item)
        for item in accesses:
            self._check(item)

    def of(self, item: Instruction) -> _Cell:
        """The cell of a load or a store."""
        assert item.detail is not None
        buffer, offset = item.detail
        pitch = self._pitches[buffer]
        if pitch is None:
            return buffer, -1
        return buffer, offset % pitch if pitch else offset

    def _pitch(self, item: Instruction) -> int | None:
        """What an access's index is a multiple of: 0 without one, None if unknown."""
        index = item.operands[1:] if item.op == "store" else item.operands
        if not index:
            return 0
        factors = (self._constants.get(x) for x in self._products.get(index[0], ()))
        return next((int(factor) for factor in factors if factor), None)

    def _widen(self, item: Instruction) -> None:
        """Take note of an index; indices of two pitches leave none."""
        assert item.detail is not None
        buffer, pitch = item.detail[0], self._pitch(item)
        known = self._pitches.setdefault(buffer, pitch)
        if known and pitch and known != pitch:
            pitch = None
        if known is not None:
            self._pitches[buffer] = known if pitch == 0 else pitch

    def _check(self, item: Instruction) -> None:
        """Give up on rows that an access reaches beyond."""
        assert item.detail is not None
        (buffer, offset), pitch = item.detail, self._pitch(item)
        if pitch and offset >= pitch:
            self._pitches[buffer] = None


def _needed(program: Program, cells: _Cells) -> tuple[set[int], set[_Cell]]:
    """The values and the cells that results depend on, found backwards from the outputs."""
    definitions, stores = _index(program, cells)
    needed: set[int] = set()
    outputs = {place for place, buffer in enumerate(program.buffers) if buffer.kind == "output"}
    read = {cell for cell in stores if cell[0] in outputs}
    pending = [value for cell in read for value in stores[cell]]
    while pending:
        value = pending.pop()
        if value in needed:
            continue
        needed.add(value)
        source = definitions.get(value)
        if isinstance(source, Carry):
            pending += (source.inside, source.initial, source.following)
        elif source is not None:
            pending += source.operands
            if source.op == "load" and (cell := cells.of(source)) not in read:
                read.add(cell)
                pending += stores.get(cell, ())
    return needed, read


def _index(
    program: Program, cells: _Cells
) -> tuple[dict[int, Instruction | Carry], dict[_Cell, list[int]]]:
    """What defines each value, and the values that stores to each cell use."""
    definitions: dict[int, Instruction | Carry] = {}
    stores: dict[_Cell, list[int]] = {}
    for item in _instructions(program):
        if isinstance(item, Loop):
            for carry in item.carries:
                definitions[carry.inside] = definitions[carry.result] = carry
        elif item.op == "store":
            stores.setdefault(cells.of(item), []).extend(item.operands)
        else:
            definitions[item.result] = item
    return definitions, stores


def _kept(region: Region, cells: _Cells, needed: set[int], read: set[_Cell]) -> Region:
    kept: Region = []
    for item in region:
        if isinstance(item, Loop):
            item.body = _kept(item.body, cells, needed, read)
            item.carries = [carry for carry in item.carries if carry.inside in needed]
            if item.body or item.carries:
                kept.append(item)
        elif (cells.of(item) in read) if item.op == "store" else (item.result in needed):
            kept.append(item)
    return kept
