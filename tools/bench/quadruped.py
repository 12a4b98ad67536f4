"""The quadruped in closed loop: 81 readings, a controller, 8 servos, 8 spheres with friction."""

from __future__ import annotations

from collections.abc import Iterator

import jax.numpy as jnp

from tools.bench import controller, peers
from tools.bench.compiled import measured
from tools.bench.measure import Row
from tools.bench.options import Options
from tools.bench.robots import deepest_foot, gradient, mass, quadruped, spread, walk

BATCHES = (1, 128, 1024)
STEPS = 1000


def rows(options: Options) -> Iterator[Row]:
    """Ours, then the peers'."""
    cases = list(controller.LAYERS)[: 1 if options.quick else None]
    for case in cases:
        for batch in (2,) if options.quick else BATCHES:
            yield from _ours("scenec", case, batch, options)
            yield from _peers(case, batch, options)
    if not options.quick:
        yield from _ours("plain XLA", cases[0], 128, options)
    yield _sinking(options)


def _steps(case: str, batch: int, options: Options) -> int:
    """STEPS, fewer where the large controller takes most of the time."""
    if options.quick:
        return 5
    return STEPS if case == next(iter(controller.LAYERS)) else max(STEPS // batch, 20)


def _ours(engine: str, case: str, batch: int, options: Options) -> Iterator[Row]:
    """In lanes, or on the path that other platforms take."""
    sim, steps = quadruped(), _steps(case, batch, options)
    if engine == "plain XLA":
        sim, steps = sim.portable(), 50
    arguments = (
        [jnp.asarray(w) for w in controller.weights(controller.LAYERS[case])],
        spread(sim, batch),
    )
    run = walk(sim, steps)
    for what, function in (("forward", run), ("gradient", gradient(run))):
        values = measured(function, arguments, batch * steps, options.budget)
        yield Row("quadruped", engine, case, what, batch, {**values, "mass": mass(sim)})


def _peers(case: str, batch: int, options: Options) -> Iterator[Row]:
    """MuJoCo C has no gradient but finite differences; MJX and Brax take seconds for few steps."""
    steps, python = min(_steps(case, batch, options), 100), options.peer_python
    budget = options.budget
    yield from peers.run("mujoco_c", python, "quadruped", 0, case, batch, steps, budget)
    if options.quick or case != next(iter(controller.LAYERS)):
        return
    for engine in ("mjx", "brax"):
        for what in ("forward", "gradient"):
            if what == "forward" or batch <= 128:
                fewer = steps if what == "forward" else min(steps, 50)
                yield from peers.run(engine, python, case, batch, fewer, budget, what)


def _sinking(options: Options) -> Row:
    robots, steps = (2, 20) if options.quick else (128, STEPS)
    depth = deepest_foot(quadruped(), robots, steps)
    case = next(iter(controller.LAYERS))
    return Row("quadruped", "scenec", case, "deepest foot", robots, {"mm": depth})
