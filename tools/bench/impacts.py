"""What instants of their own for impacts cost: steps with each `options.impacts`, uncontrolled."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import scenec
from tools.bench.compiled import measured
from tools.bench.measure import Row
from tools.bench.options import Options
from tools.bench.robots import SCENES, coast, gradient, spread

KINDS = "stepped", "continuous"
NAMES = "ball", "billiards"


def rows(options: Options) -> Iterator[Row]:
    """Steps, and their gradient to the scene's parameters."""
    names, batch, steps = (NAMES[:1], 2, 5) if options.quick else (NAMES, 1024, 200)
    for name, kind in product(names, KINDS):
        sim = scenec.compile(SCENES / f"{name}.yaml", settings={"options.impacts": kind})
        run, arguments = coast(sim, steps), (sim.params(), spread(sim, batch))
        for what, function in (("forward", run), ("gradient", gradient(run))):
            values = measured(function, arguments, batch * steps, options.budget)
            yield Row("impacts", "scenec", f"{name}, {kind}", what, batch, values)
