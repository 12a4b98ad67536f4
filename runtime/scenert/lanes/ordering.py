"""Puts instructions in an order in which few values wait to be used.

The program comes with whole arrays made one after the other: hundreds of values wait for the few
that use them, and as registers do not suffice, they go to memory and back. Here what has an effect,
stores and loops, keeps its order, and everything else is computed where it is first needed. Of the
operands of an instruction the one whose computation takes the most registers comes first, since
then nothing else waits yet (Sethi and Ullman, "The generation of optimal code for arithmetic
expressions", JACM 1970; for expressions that share nothing that is the best order).
"""

from __future__ import annotations

from collections.abc import Iterator

from scenert.lanes.program import Instruction, Loop, Program, Region, uses, walk


def ordered(program: Program) -> Program:
    """The program with the instructions of every region in another order."""
    program.prologue = _Order(program.prologue).region
    program.body = _Order(program.body).region
    return program


class _Order:
    """The new order of a `region`.

    A load keeps its place among the stores to its buffer: before each of them, all earlier loads
    are put.
    """

    def __init__(self, region: Region) -> None:
        for item in region:
            if isinstance(item, Loop):
                item.body = _Order(item.body).region
        self.region: Region = []
        self._items = region
        self._makers = {value: n for n, item in enumerate(region) for value in _results(item)}
        self._operands = self._sorted_operands()
        self._placed = [False] * len(region)
        waiting: dict[int, list[int]] = {}
        for n, item in enumerate(region):
            if isinstance(item, Instruction) and item.op == "load":
                waiting.setdefault(_buffer(item), []).append(n)
            for buffer in _written(item):
                for load in waiting.pop(buffer, []):
                    self._place(load)
            if isinstance(item, Loop) or item.op == "store":
                self._place(n)
        for n in range(len(region)):  # what the next pass, or the body after the prologue, uses
            if not self._placed[n]:
                self._place(n)

    def _sorted_operands(self) -> list[list[int]]:
        """What makes the operands of every item, by the registers that this takes."""
        registers: list[int] = []
        operands = []
        for item in self._items:
            makers = {self._makers[value] for value in _used(item) if value in self._makers}
            by_need = sorted(makers, key=lambda n: (-registers[n], n))
            registers.append(max([1, *(registers[n] + i for i, n in enumerate(by_need))]))
            operands.append(by_need)
        return operands

    def _place(self, last: int) -> None:
        """Put an item, after everything that it needs."""
        path = [(last, iter(self._operands[last]))]
        while path:
            n, operands = path[-1]
            needed = next((m for m in operands if not self._placed[m]), None)
            if needed is not None:
                path.append((needed, iter(self._operands[needed])))
                continue
            path.pop()
            if not self._placed[n]:
                self._placed[n] = True
                self.region.append(self._items[n])


def _results(item: Instruction | Loop) -> list[int]:
    if isinstance(item, Instruction):
        return [item.result]
    return [carry.result for carry in item.carries]


def _used(item: Instruction | Loop) -> Iterator[int]:
    """The values that an item and, if it is a loop, its body use."""
    return (value for inner in walk([item]) for value in uses(inner))


def _written(item: Instruction | Loop) -> set[int]:
    """The buffers that an item stores to."""
    items = walk([item])
    return {_buffer(x) for x in items if isinstance(x, Instruction) and x.op == "store"}


def _buffer(item: Instruction) -> int:
    assert item.detail is not None
    return item.detail[0]
