"""From the end of the imports to the first step and the first gradient, in processes of their own.

cold: nothing is kept; kept: a process before has left its code; native: the code is in the file.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.bench.measure import Row
from tools.bench.options import Options
from tools.bench.robots import SCENES

START = """
import sys, time
import jax, jax.numpy as jnp
import scenert, scenert.artifact, scenert.lanes, scenert.trajectory

def seconds(): return time.perf_counter(), time.process_time()

begin = seconds()
sim = scenert.load(sys.argv[1])
params = sim.params()
state = sim.init(params)
if sys.argv[2] == "first step":
    done = sim.step(params, state, jnp.zeros(sim.n_control))
else:
    def policy(weights, sensors, carry, time):
        return weights @ jnp.concatenate([jnp.ravel(sensors[n]) for n in sim.sensors]), carry
    def loss(weights):
        return scenert.rollout(sim, policy, params, state, 100, policy_params=weights)[0].q[0]
    done = jax.jit(jax.grad(loss))(jnp.zeros((sim.n_control, sim.n_sensor)))
jax.block_until_ready(done)
print(*(b - a for a, b in zip(begin, seconds())))
"""
REPEATS = 5


def rows(options: Options) -> Iterator[Row]:
    """Seconds for every way to start."""
    name = "pendulum" if options.quick else "quadruped"
    whats = ("first step",) if options.quick else ("first step", "first gradient")
    with TemporaryDirectory() as folder:
        plain, native = Path(folder) / "plain.sim", Path(folder) / "native.sim"
        for out, extra in ((plain, ()), (native, ("--native",))):
            _build(name, out, extra, Path(folder) / "build")
        for what in whats:
            for way, file in (("cold", plain), ("kept", plain), ("native", native)):
                repeats = 2 if options.quick else REPEATS
                values = _best(what, way, file, Path(folder), repeats)
                yield Row("startup", "scenec", way, what, 1, values)


def _build(name: str, out: Path, extra: tuple[str, ...], cache: Path) -> None:
    command = [sys.executable, "-m", "scenec", "build", str(SCENES / f"{name}.yaml"), *extra]
    environment = {**os.environ, "SCENERT_CACHE": str(cache)}
    subprocess.run([*command, "-o", str(out)], env=environment, check=True, capture_output=True)


def _best(what: str, way: str, file: Path, folder: Path, repeats: int) -> dict[str, float]:
    """The fastest of some starts, after one that is not counted where code is kept."""
    caches = [f"{what} {way} {n if way == 'cold' else ''}" for n in range(repeats)]
    runs = [_start(what, file, folder / cache) for cache in caches]
    wall, cpu = min(runs[1:] if way == "kept" else runs)
    return {"s": wall, "cpu_s": cpu}


def _start(what: str, file: Path, cache: Path) -> tuple[float, float]:
    command = [sys.executable, "-c", START, str(file), what]
    environment = {**os.environ, "SCENERT_CACHE": str(cache)}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    wall, cpu = map(float, done.stdout.split())
    return wall, cpu
