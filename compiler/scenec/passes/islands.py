"""Trees that rows may tie together for good: those that joints kept by rows connect."""

from __future__ import annotations

from scenec.ir.layout import LayoutIR
from scenec.passes.colors import STATIC


def islands(layout: LayoutIR) -> tuple[int, ...]:
    """Of every tree, the number of its island."""
    island = list(range(layout.trees))
    for closure in layout.closures:
        for a, b in zip(closure.parent.trees, closure.child.trees, strict=True):
            if STATIC not in (a, b):
                one, other = island[a], island[b]
                island = [one if home == other else home for home in island]
    numbers = {home: number for number, home in enumerate(dict.fromkeys(island))}
    return tuple(numbers[home] for home in island)
