"""JAX functions, compiled ahead and measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jax

from tools.bench.measure import per_step


def measured(
    function: Callable[..., Any], arguments: tuple[Any, ...], robot_steps: int, budget: float
) -> dict[str, float]:
    """Compile and time a function that simulates so many robot-steps."""
    wall, cpu = time.perf_counter(), time.process_time()
    compiled = jax.jit(function).lower(*arguments).compile()
    spent = {"compile_s": time.perf_counter() - wall, "compile_cpu_s": time.process_time() - cpu}
    figures = per_step(lambda: jax.block_until_ready(compiled(*arguments)), robot_steps, budget)
    return {**figures, **spent, "steps": robot_steps}


def temporary_bytes(function: Callable[..., Any], arguments: tuple[Any, ...]) -> int:
    """Bytes of scratch memory that the compiled function needs."""
    analysis = jax.jit(function).lower(*arguments).compile().memory_analysis()
    return int(analysis.temp_size_in_bytes)
