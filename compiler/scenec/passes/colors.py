"""Order the blocks of a row group by color, so that blocks of one color touch no common tree."""

from __future__ import annotations

from collections.abc import Sequence

STATIC = -1


def color(touched: Sequence[tuple[int, ...]], trees: int) -> tuple[list[int], tuple[int, ...]]:
    """The order of blocks, color after color, and the size of each color.

    `touched` holds the trees of every block; STATIC ones do not count. First fit, visiting pairs
    (a, b) by (a + b) modulo `trees`: that alone colors the complete graph, where everything may
    touch everything, with as few colors as there are trees.
    """
    moving = [tuple(t for t in block if t != STATIC) for block in touched]
    visit = sorted(range(len(moving)), key=lambda i: (_class(moving[i], trees), i))
    colors: list[list[int]] = []
    busy: list[set[int]] = []
    for i in visit:
        block = moving[i]
        fit = next((c for c, taken in enumerate(busy) if taken.isdisjoint(block)), None)
        if fit is None:
            fit = len(colors)
            colors.append([])
            busy.append(set())
        colors[fit].append(i)
        busy[fit].update(block)
    order = [i for members in colors for i in members]
    return order, tuple(len(members) for members in colors)


def _class(block: tuple[int, ...], trees: int) -> int:
    return sum(block) % trees if len(block) == 2 and block[0] != block[1] else -1
