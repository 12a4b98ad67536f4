"""JAX functions, compiled ahead and measured."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import jax

from tools.bench.measure import per_step

ROUNDS = 5


def measured(
    function: Callable[..., Any], arguments: tuple[Any, ...], robot_steps: int, budget: float
) -> dict[str, float]:
    """Compile and time a function that simulates so many robot-steps."""
    run, spent = _compiled(function, arguments)
    return {**per_step(run, robot_steps, budget), **spent, "steps": robot_steps}


def by_turns(
    calls: Sequence[tuple[Callable[..., Any], tuple[Any, ...]]], robot_steps: int, budget: float
) -> list[dict[str, float]]:
    """The same of several functions, each with its arguments, in `budget` seconds each: what slows
    the machine down for a while slows down all of them."""
    prepared = [_compiled(*call) for call in calls]
    rounds = [
        [per_step(run, robot_steps, budget / ROUNDS) for run, _ in prepared] for _ in range(ROUNDS)
    ]
    best = [
        {name: min(values[name] for values in turns) for name in turns[0]}
        for turns in zip(*rounds, strict=True)
    ]
    return [
        {**figures, **spent, "steps": robot_steps}
        for figures, (_, spent) in zip(best, prepared, strict=True)
    ]


def _compiled(
    function: Callable[..., Any], arguments: tuple[Any, ...]
) -> tuple[Callable[[], Any], dict[str, float]]:
    """A call of the compiled function, and how long it took to compile."""
    wall, cpu = time.perf_counter(), time.process_time()
    compiled = jax.jit(function).lower(*arguments).compile()
    spent = {"compile_s": time.perf_counter() - wall, "compile_cpu_s": time.process_time() - cpu}
    return lambda: jax.block_until_ready(compiled(*arguments)), spent


def temporary_bytes(function: Callable[..., Any], arguments: tuple[Any, ...]) -> int:
    """Bytes of scratch memory that the compiled function needs."""
    analysis = jax.jit(function).lower(*arguments).compile().memory_analysis()
    return int(analysis.temp_size_in_bytes)
