"""A script that trains on two devices as on one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import sys
import jax, jax.numpy as jnp, optax
from rich.console import Console
import scenert
from scenert import train

sim = scenert.load(sys.argv[1])

def push(model, sensors, carry, t):
    return jnp.stack([model["gain"] * sensors["height"], model["bias"], 0.0 * t]), carry

def start(model, key):
    params = train.randomize(sim.params(), key, {"stretch": train.uniform(0.1, 0.5)})
    return train.Start(params, sim.init(params))

model = {"gain": jnp.float32(0.0), "bias": jnp.float32(0.0)}
cost = lambda state, sensors, control: jnp.sum(state.q[:3] ** 2)
method = train.descent(train.bptt(sim, push, cost, 20, start=start), optax.sgd(10.0), batch=4)
result = train.run(method, model, 3, console=Console(quiet=True))
text = jax.jit(method.update).lower(result.learner).as_text()
print(len(jax.local_devices()), "all_reduce" in text, result.metrics[-1]["loss"])
"""


@pytest.mark.slow
def test_robots_are_spread_over_devices(artifact: bytes, tmp_path):
    (tmp_path / "spring.sim").write_bytes(artifact)
    found = {}
    for devices in (1, 2):
        flags = f"{os.environ['XLA_FLAGS']} --xla_force_host_platform_device_count={devices}"
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(tmp_path / "spring.sim")],
            env={**os.environ, "XLA_FLAGS": flags},
            capture_output=True,
            text=True,
            check=True,
        )
        count, spread, loss = done.stdout.split()
        assert int(count) == devices
        found[spread] = float(loss)
    assert found["True"] == pytest.approx(found["False"], rel=1e-5)
