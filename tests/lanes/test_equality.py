"""Step and sense in lanes against the portable path: values and gradients, on every scene."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert import Simulator

Function: TypeAlias = Callable[..., Any]
TOLERANCE = {"float32": 2e-4, "float64": 1e-12}


def values(sim: Simulator, *arguments: Any) -> Any:
    """What one robot's step and sense return."""
    return sim.step(*arguments), sim.sense(*arguments)


def gradients(sim: Simulator, *arguments: Any) -> Any:
    """The values, and the gradients of a weighted sum of all of them to all arguments."""

    def weighted(*arguments: Any) -> tuple[jax.Array, Any]:
        results = values(sim, *arguments)
        flat = jnp.concatenate([jnp.ravel(leaf) for leaf in jax.tree.leaves(results)])
        return flat @ jnp.cos(jnp.arange(flat.size, dtype=flat.dtype)), results

    return jax.grad(weighted, (0, 1, 2), has_aux=True)(*arguments)


# Compiling the portable gradients of large scenes is what takes time here: one type for each.
CASES = [
    *(
        pytest.param(scene, "reduced", gradients, dtype, id=f"{scene} {dtype}")
        for scene in ("ball", "chain", "pendulum")
        for dtype in ("float32", "float64")
    ),
    pytest.param("cartpole", "reduced", gradients, "float64", id="cart-pole float64"),
    pytest.param("cartpole", "maximal", values, "float32", id="cart-pole in rows float32"),
    pytest.param("double_pendulum", "reduced", gradients, "float64", id="double pendulum float64"),
    pytest.param("double_pendulum", "reduced", values, "float32", id="double pendulum float32"),
    pytest.param("arm", "reduced", gradients, "float64", id="arm float64"),
    pytest.param("arm", "reduced", values, "float32", id="arm float32"),
    pytest.param("billiards", "reduced", gradients, "float64", id="billiards float64"),
    pytest.param("billiards", "reduced", values, "float32", id="billiards float32"),
    pytest.param("quadruped", "reduced", gradients, "float32", id="quadruped float32"),
    pytest.param("quadruped", "reduced", values, "float64", id="quadruped float64"),
    pytest.param("ball", "maximal", gradients, "float32", id="ball in rows float32"),
    pytest.param("pendulum", "maximal", gradients, "float64", id="pendulum in rows float64"),
]


@pytest.mark.parametrize(("scene", "coordinates", "function", "dtype"), CASES)
def test_lanes_compute_what_the_portable_path_computes(
    situation: Function, scene: str, coordinates: str, function: Function, dtype: str
):
    with jax.enable_x64(dtype == "float64"):
        sim, *arguments = situation(scene, coordinates)

        def run(sim: Simulator) -> Any:
            robots = jax.vmap(lambda *one: function(sim, *one), (None, 0, 0))
            options = {"xla_backend_optimization_level": 0}
            return jax.jit(robots, compiler_options=options)(*arguments)

        actual, expected = run(sim), jax.tree_util.tree_leaves_with_path(run(sim.portable()))
        for a, (path, e) in zip(jax.tree.leaves(actual), expected, strict=True):
            assert (a.shape, a.dtype) == (e.shape, e.dtype)
            scale = max(1, np.max(np.abs(e), initial=0))
            worst = np.max(np.abs(a - e), initial=0)
            assert worst <= TOLERANCE[dtype] * scale, jax.tree_util.keystr(path)


def test_every_scene_is_compared_in_both_types(scenes: tuple[str, ...]):
    compared = {(case.values[0], case.values[3]) for case in CASES}
    assert {(s, t) for s in scenes for t in TOLERANCE} <= compared
