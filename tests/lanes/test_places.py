"""A robot's step and gradient have the same bits in every lane, batch and number of threads."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert import Simulator

ROOT = Path(__file__).resolve().parents[2]
ROBOTS = 64


def everything(sim: Simulator) -> Callable[..., Any]:
    """Step, sense and gradients of each robot of a batch."""

    def total(*robot: Any) -> tuple[jax.Array, Any]:
        results = sim.step(*robot), sim.sense(*robot)
        return sum((jnp.sum(leaf) for leaf in jax.tree.leaves(results)), jnp.zeros(())), results

    def one(*robot: Any) -> Any:
        return jax.grad(total, (1, 2), has_aux=True)(*robot)

    return jax.jit(jax.vmap(one, (None, 0, 0)))


def bits(results: Any) -> list[bytes]:
    return [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(results)]


@pytest.fixture(scope="module")
def whole(situation: Callable[..., Any]) -> Any:
    """A batch of quadrupeds, and everything of it."""
    sim, *arguments = situation("quadruped", robots=ROBOTS)
    return sim, arguments, everything(sim)(*arguments)


@pytest.mark.parametrize("count", [1, 3, 17, ROBOTS])
def test_a_robot_has_the_same_bits_in_every_batch_and_lane(whole: Any, count: int):
    sim, (params, states, controls), expected = whole
    function = everything(sim)
    for start in sorted({0, 5, ROBOTS - count}):
        if start + count > ROBOTS:
            continue
        some = slice(start, start + count)
        part = function(params, jax.tree.map(lambda x, some=some: x[some], states), controls[some])
        assert bits(part) == bits(jax.tree.map(lambda x, some=some: x[some], expected))


ON_ONE_CORE = """
import os, sys
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
import importlib.util
import pickle
spec = importlib.util.spec_from_file_location("places", sys.argv[1])
places = importlib.util.module_from_spec(spec); spec.loader.exec_module(places)
import scenec
from scenert import State
params, (q, v, record), controls = pickle.load(sys.stdin.buffer)
sim = scenec.compile("scenes/quadruped.yaml")
results = places.everything(sim)(params, State(q, v, record), controls)
sys.stdout.buffer.write(b"".join(places.bits(results)))
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cannot choose cores here")
def test_the_number_of_threads_does_not_change_a_bit(whole: Any):
    _, arguments, expected = whole
    params, states, controls = jax.tree.map(np.asarray, arguments)
    data = pickle.dumps((params, (states.q, states.v, states.record), controls))
    paths = os.pathsep.join(str(ROOT / part) for part in ("compiler", "runtime"))
    done = subprocess.run(
        [sys.executable, "-c", ON_ONE_CORE, __file__],
        input=data,
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths, "JAX_PLATFORMS": "cpu"},
    )
    assert done.stdout == b"".join(bits(expected))
