"""Compiled code: the same bits for a robot wherever it is computed, kept for other processes."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from llvmlite import binding

from scenert.lanes import lanes
from scenert.lanes.jit import object_code
from scenert.lanes.kernel import compile_kernel, module_text
from scenert.lanes.target import Target, host

RUNTIME = Path(__file__).parents[4] / "runtime"


def swing(x):
    """Something of everything: a loop, tables, angles, comparisons, integers, sums."""

    def step(c, t):
        c = (
            0.5 * c
            + 0.1 * jnp.sin(3 * jnp.roll(c, 1) + t * jnp.arange(5.0))
            - jnp.maximum(c, 0) / (2 + c * c)
        )
        return c, (jnp.exp(-(c**2)).sum(), c.argmax())

    final, (sizes, places) = jax.lax.scan(step, x, jnp.linspace(0, 5, 300))
    return jnp.tanh(final), jnp.log1p(sizes.sum()), places.sum()


def robots(count):
    return np.random.default_rng(0).normal(size=(count, 5)).astype(np.float32)


def bits(results):
    return [np.asarray(result).tobytes() for result in results]


@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 33, 100])
def test_a_robot_has_the_same_bits_in_every_batch_and_lane(count):
    run = jax.jit(jax.vmap(lanes(swing)))
    whole = [np.asarray(result) for result in run(robots(300))]
    for start in (0, 7):
        part = run(robots(300)[start : start + count])
        assert bits(part) == bits(result[start : start + count] for result in whole)


@pytest.mark.parametrize("rows", [0, 3])
def test_empty_and_tiny_batches(rows):
    final, _, _ = jax.jit(jax.vmap(lanes(swing)))(robots(rows))
    assert final.shape == (rows, 5)


SCRIPT = """
import os, sys
if sys.argv[2] == "one": os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
sys.path[:0] = [sys.argv[1]]
import jax, numpy as np
import importlib.util
spec = importlib.util.spec_from_file_location("kernels", sys.argv[3])
kernels = importlib.util.module_from_spec(spec); spec.loader.exec_module(kernels)
results = jax.jit(jax.vmap(kernels.lanes(kernels.swing)))(kernels.robots(1000))
sys.stdout.buffer.write(b"".join(kernels.bits(results)))
"""


def start(threads, cache):
    command = [sys.executable, "-c", SCRIPT, str(RUNTIME), threads, __file__]
    environment = {**os.environ, "SCENERT_CACHE": str(cache), "JAX_PLATFORMS": "cpu"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)


def test_processes_share_a_cache_and_threads_do_not_change_a_bit(tmp_path):
    running = [start(threads, tmp_path / "cache") for threads in ("one", "all", "all")]
    results = {process.communicate(timeout=120)[0] for process in running}
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(results) == 1
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_programs_that_run_at_once_do_not_wait_for_each_other():
    forward = jax.jit(jax.vmap(lanes(swing)))
    backward = jax.jit(jax.vmap(jax.grad(lanes(lambda x: swing(x)[1]))))
    x = robots(400)
    expected = bits(forward(x)), bits([backward(x)])
    with ThreadPoolExecutor(6) as pool:
        calls = [pool.submit(lambda: (bits(forward(x)), bits([backward(x)]))) for _ in range(60)]
        assert all(call.result(timeout=120) == expected for call in calls)


OLDER = {
    "AVX2": ("x86-64-v3", "+avx,+avx2,+fma", 8),
    "SSE": ("x86-64-v2", "+sse4.2", 4),
}


@pytest.mark.skipif(host().architecture != "x86_64", reason="runs code for x86-64")
@pytest.mark.parametrize("name", OLDER)
def test_code_for_older_processors_computes_the_same(name):
    cpu, features, width = OLDER[name]
    closed = jax.make_jaxpr(swing)(jnp.zeros(5))
    target = Target(host().triple, cpu, features)
    kernel = compile_kernel(lambda: closed, [False], target=target)
    assert module_text(closed, [False], target)[1] == width
    shapes = [(50, 5), (50, 1), (50, 1)]
    kinds = [jnp.float32, jnp.float32, jnp.int32]
    types = [jax.ShapeDtypeStruct(*pair) for pair in zip(shapes, kinds, strict=True)]
    actual = jax.jit(jax.ffi.ffi_call(kernel, types))(robots(50))
    expected = jax.vmap(swing)(robots(50))
    for a, e in zip(actual, expected, strict=True):
        np.testing.assert_allclose(np.ravel(a), np.ravel(e), rtol=1e-4, atol=1e-5)


def test_code_is_made_for_arm():
    if "aarch64" not in binding.Target.from_triple("aarch64-linux-gnu").name:
        pytest.skip("this LLVM has no code generator for ARM")
    closed = jax.make_jaxpr(swing)(jnp.zeros(5))
    target = Target("aarch64-unknown-linux-gnu", "generic", "+neon")
    text, width = module_text(closed, [False], target)
    assert width == 4
    assert object_code(text, target).startswith(b"\x7fELF")


def test_large_angles_in_some_lanes_leave_the_others_as_they_are():
    function = jax.jit(jax.vmap(lanes(jnp.sin)))
    x = np.linspace(-3, 3, 16, dtype=np.float32)
    mixed = np.where(np.arange(16) % 3 == 0, np.float32(1e20), x)
    same = np.asarray(function(x)) == np.asarray(function(mixed))
    assert same[np.arange(16) % 3 != 0].all()
