"""What lanes cost and save: one scene's step and its gradient through a rollout, in lanes.

python tools/bench/lanes.py scenes/quadruped.yaml --batches 1 128 1024 [--portable] [--json FILE]

Times are wall-clock, the best of several runs; `first` is the first call, with tracing and
compiling. Set SCENERT_CACHE to an empty folder for a cold start.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp

import scenec
from scenert.lanes import lanes


def rollout(step: Callable[..., Any], n_control: int, steps: int) -> Callable[..., Any]:
    def run(gain: Any, params: Any, states: Any) -> Any:
        def advance(states: Any, t: Any) -> tuple[Any, None]:
            control = jnp.broadcast_to(gain * jnp.sin(0.1 * t), (n_control,))
            return jax.vmap(step, (None, 0, None))(params, states, control), None

        return jax.lax.scan(advance, states, jnp.arange(float(steps)))[0]

    return run


def measure(run: Callable[..., Any], arguments: tuple[Any, ...], work: int) -> dict[str, float]:
    times = []
    for _ in range(6):
        start = time.perf_counter()
        jax.block_until_ready(run(*arguments))
        times.append(time.perf_counter() - start)
    return {
        "first_s": round(times[0], 3),
        "us_per_robot_step": round(min(times[1:]) / work * 1e6, 4),
    }


def benchmark(path: Path, batches: list[int], *, portable: bool) -> list[dict[str, Any]]:
    sim = scenec.compile(path)
    params = sim.params()
    ways = {"lanes": lanes(sim.step, uniform=(0,))} | ({"portable": sim.step} if portable else {})
    rows = []
    for way, step in ways.items():
        for batch in batches:
            steps = 1000 if batch == 1 else 100
            repeat = lambda x, n=batch: jnp.broadcast_to(x, (n, *x.shape))  # noqa: E731
            states = jax.tree.map(repeat, sim.init(params))
            forward = rollout(step, sim.n_control, steps)
            gradient = jax.grad(lambda *args, run=forward: run(*args).q.sum())
            for name, run in (("forward", forward), ("gradient", gradient)):
                figures = measure(jax.jit(run), (jnp.float32(0.1), params, states), batch * steps)
                rows.append({"way": way, "what": name, "batch": batch, **figures})
                print(rows[-1], flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("scene", type=Path)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 128, 1024])
    parser.add_argument("--portable", action="store_true", help="measure plain XLA, too")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    rows = benchmark(options.scene, options.batches, portable=options.portable)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
