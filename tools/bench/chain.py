"""Hanging chains: what a link costs, and how compiling grows with their number."""

from __future__ import annotations

from collections.abc import Iterator

import scenec
from tools.bench import peers
from tools.bench.compiled import measured
from tools.bench.fallback import on_which_path
from tools.bench.measure import Row
from tools.bench.options import Options
from tools.bench.robots import SCENES, coast, gradient, spread

LINKS = (4, 16, 64, 128)
BATCH = 128
STEPS = 100


def rows(options: Options) -> Iterator[Row]:
    """For every length, ours and MuJoCo C."""
    for links in LINKS[:1] if options.quick else LINKS:
        yield from _ours(links, options)
        arguments = "chain", links, f"{links} links", *_size(options), options.budget
        yield from peers.run("mujoco_c", options.peer_python, *arguments)


def _ours(links: int, options: Options) -> Iterator[Row]:
    batch, steps = _size(options)
    sim = scenec.compile(SCENES / "chain.yaml", settings={"constants.n": links})
    arguments = sim.params(), spread(sim, batch)
    run = coast(sim, steps)
    for what, function in (("forward", run), ("gradient", gradient(run))):
        with on_which_path() as path:
            values = measured(function, arguments, batch * steps, options.budget)
        values |= {"portable": path.portable, "links": links}
        yield Row("chain", "scenec", f"{links} links", what, batch, values)


def _size(options: Options) -> tuple[int, int]:
    """Robots and steps."""
    return (2, 3) if options.quick else (BATCH, STEPS)
