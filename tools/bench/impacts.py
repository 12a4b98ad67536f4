"""What instants of their own for impacts cost: steps with each `options.impacts`, uncontrolled."""

from __future__ import annotations

from collections.abc import Iterator

import scenec
from tools.bench.compiled import by_turns
from tools.bench.measure import Row
from tools.bench.options import Options
from tools.bench.robots import SCENES, coast, gradient, spread

KINDS = "stepped", "continuous"
NAMES = "ball", "billiards", "quadruped"


def rows(options: Options) -> Iterator[Row]:
    """Steps, and their gradient to the scene's parameters."""
    names, batch, steps = (NAMES[:1], 2, 5) if options.quick else (NAMES, 1024, 200)
    for name in names:
        sims = [
            scenec.compile(SCENES / f"{name}.yaml", settings={"options.impacts": kind})
            for kind in KINDS
        ]
        given = [(sim.params(), spread(sim, batch)) for sim in sims]
        runs = [coast(sim, steps) for sim in sims]
        for what, functions in (("forward", runs), ("gradient", list(map(gradient, runs)))):
            calls = list(zip(functions, given, strict=True))
            found = by_turns(calls, batch * steps, options.budget)
            for kind, values in zip(KINDS, found, strict=True):
                yield Row("impacts", "scenec", f"{name}, {kind}", what, batch, values)
