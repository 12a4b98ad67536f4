"""The kernel for GPUs: interpreted on any machine, and lowered for a device that is not there."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from jax.sharding import AbstractDevice, AbstractMesh, use_abstract_mesh

from scenert.lanes import LaneFallbackWarning, gpu, lanes
from scenert.lanes.scalarize import scalarize

RANDOM = np.random.default_rng(7)
TRITON = "__gpu$xla.gpu.triton"


def decay(weights, x):
    """A loop with carries, traces and a table."""

    def step(state, t):
        state = state * weights[0] + jnp.sin(t * x)
        return state, state[:2]

    final, trail = lax.scan(step, x, jnp.linspace(0, 1, 300))
    return jnp.where(final > 0, final, -final), trail.sum(0), jnp.max(x) + weights.sum()


def bits(weights, x):
    """Integers, truths and patterns."""
    whole = jnp.round(10 * x).astype(jnp.int32)
    pattern = lax.bitcast_convert_type(x.astype(jnp.float32), jnp.int32)
    return whole // 3 ^ (whole << 2), pattern & 0xFF, (x > weights[1]) & ~jnp.isnan(x), -whole % 7


def memory(weights, x):
    """Large carries, picked by the loop's counter."""

    def step(t, table):
        return table.at[t % 10].add(x[t % 3] * weights[0])

    return lax.fori_loop(0, 200, step, jnp.outer(jnp.arange(10.0), x).astype(x.dtype))


@pytest.mark.parametrize("count", [1, 128, 200])
@pytest.mark.parametrize("function", [decay, bits, memory])
def test_the_interpreted_kernel_computes_what_jax_computes(function, count, dtype):
    weights = jnp.asarray([0.9, 0.3], dtype)
    batch = jnp.asarray(RANDOM.normal(size=(count, 3)), dtype)
    program = scalarize(jax.make_jaxpr(function)(weights, batch[0]), [True, False])
    actual = jax.jit(lambda *arguments: gpu.run(program, arguments, count, interpret=True))(
        weights, batch
    )
    expected = jax.jit(jax.vmap(function, (None, 0)))(weights, batch)
    for a, e in zip(actual, jax.tree.leaves(expected), strict=True):
        assert a.dtype == e.dtype
        tolerance = 1e3 * float(jnp.finfo(dtype).eps)
        np.testing.assert_allclose(a, e.reshape(a.shape), rtol=tolerance, atol=tolerance)


def lowered(function, *arguments):
    """The program that a CUDA device would be given."""
    device = AbstractDevice("NVIDIA H100", None, "gpu")
    with use_abstract_mesh(AbstractMesh((), (), abstract_device=device)):
        return jax.jit(function).trace(*arguments).lower(lowering_platforms=("cuda",)).as_text()


def test_batches_lower_to_one_kernel_per_call():
    batch = jnp.ones((300, 3))
    call = jax.vmap(lanes(decay), (None, 0))
    assert lowered(call, jnp.ones(2), batch).count(TRITON) == 1
    gradient = jax.grad(lambda weights, x: sum(y.sum() for y in call(weights, x)))
    assert lowered(gradient, jnp.ones(2), batch).count(TRITON) == 1


def test_what_has_no_kernel_runs_as_jax_runs_it_after_a_warning():
    function = jax.vmap(lanes(lambda x: 2 * jax.scipy.special.erf(x)))
    with pytest.warns(LaneFallbackWarning, match="portable path: .*erf"):
        text = lowered(function, jnp.ones((7, 3)))
    assert TRITON not in text
    assert "erf" in text


def test_an_empty_batch_needs_no_kernel():
    assert TRITON not in lowered(jax.vmap(lanes(jnp.sin)), jnp.ones((0, 3)))
