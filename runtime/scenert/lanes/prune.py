"""Drops what no result depends on."""

from __future__ import annotations

from scenert.lanes.program import Carry, Instruction, Loop, Program, Region


def prune(program: Program) -> Program:
    """The program without the instructions, carried values and stores that no result needs."""
    needed, read = _needed(program)
    program.prologue = _kept(program, program.prologue, needed, read)
    program.body = _kept(program, program.body, needed, read)
    return program


def _needed(program: Program) -> tuple[set[int], set[int]]:
    """The values and the buffers that results depend on, found backwards from the outputs."""
    definitions, stores = _index(program)
    needed: set[int] = set()
    read = {place for place, buffer in enumerate(program.buffers) if buffer.kind == "output"}
    pending = [value for buffer in read for value in stores.get(buffer, ())]
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
            if source.op == "load" and source.detail and source.detail[0] not in read:
                read.add(source.detail[0])
                pending += stores.get(source.detail[0], ())
    return needed, read


def _index(program: Program) -> tuple[dict[int, Instruction | Carry], dict[int, list[int]]]:
    """What defines each value, and the values that stores to each buffer use."""
    definitions: dict[int, Instruction | Carry] = {}
    stores: dict[int, list[int]] = {}
    regions = [program.prologue, program.body]
    while regions:
        for item in regions.pop():
            if isinstance(item, Loop):
                regions.append(item.body)
                for carry in item.carries:
                    definitions[carry.inside] = definitions[carry.result] = carry
            elif item.op == "store" and item.detail:
                stores.setdefault(item.detail[0], []).extend(item.operands)
            else:
                definitions[item.result] = item
    return definitions, stores


def _kept(program: Program, region: Region, needed: set[int], read: set[int]) -> Region:
    kept: Region = []
    for item in region:
        if isinstance(item, Loop):
            item.body = _kept(program, item.body, needed, read)
            item.carries = [carry for carry in item.carries if carry.inside in needed]
            if item.body or item.carries:
                kept.append(item)
        elif item.detail is not None and item.op == "store":
            if item.detail[0] in read:
                kept.append(item)
        elif item.result in needed:
            kept.append(item)
    return kept
