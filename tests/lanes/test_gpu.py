"""Scenes as kernels for GPUs: interpreted on any machine, and lowered for a CUDA device."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AbstractDevice, AbstractMesh, use_abstract_mesh

from scenert.lanes import gpu
from scenert.lanes.scalarize import scalarize


def step_and_gradient(sim: Any, params: Any, states: Any, controls: Any) -> Any:
    """A batched step, and the gradient of its speeds' sum of squares to where it began."""

    def loss(states: Any) -> Any:
        after = jax.vmap(sim.step, (None, 0, 0))(params, states, controls)
        return jnp.sum(after.v**2), after

    return jax.grad(loss, has_aux=True)(states)


@pytest.mark.parametrize("scene", ["arm", "ball", "chain", "quadruped"])
def test_steps_and_gradients_lower_to_kernels(scene: str, situation: Any):
    arguments = situation(scene)
    function = jax.jit(lambda *rest: step_and_gradient(arguments.sim, *rest))
    device = AbstractDevice("NVIDIA H100", None, "gpu")
    with use_abstract_mesh(AbstractMesh((), (), abstract_device=device)):
        text = function.trace(*arguments[1:]).lower(lowering_platforms=("cuda",)).as_text()
    assert text.count("__gpu$xla.gpu.triton") == 2


@pytest.mark.parametrize("scene", ["ball", "double_pendulum"])
def test_the_interpreted_kernel_steps_as_lanes_do(scene: str, situation: Any):
    sim, *arguments = situation(scene)
    leaves, tree = jax.tree.flatten(tuple(arguments))
    uniform = [place < len(arguments[0]) for place in range(len(leaves))]

    def one(*leaves: Any) -> Any:
        return jax.tree.leaves(sim.portable().step(*jax.tree.unflatten(tree, leaves)))

    single = [x if shared else x[0] for x, shared in zip(leaves, uniform, strict=True)]
    program = scalarize(jax.make_jaxpr(one)(*single), uniform)
    count = leaves[-1].shape[0]
    flat = [
        x.reshape(-1) if shared else x.reshape(count, -1)
        for x, shared in zip(leaves, uniform, strict=True)
    ]
    actual = jax.jit(lambda *flat: gpu.run(program, flat, count, interpret=True))(*flat)
    expected = jax.vmap(sim.step, (None, 0, 0))(*arguments)
    for a, e in zip(actual, jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(a, e.reshape(a.shape), rtol=2e-4, atol=2e-4)
