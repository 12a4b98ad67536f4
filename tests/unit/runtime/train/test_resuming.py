"""Trainings that are killed and started again give the numbers of one that never ended."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import optax
import pytest

from scenert import train

UPDATES = 40
SCRIPT = f"""
import sys, time
import equinox as eqx, jax, optax
from rich.console import Console
from scenert import train

def loss(model, key):
    x = jax.random.normal(key, (2,))
    return (model(x)[0] - x[0] * x[1]) ** 2

def slowly(metrics):
    time.sleep(float(sys.argv[2]))
    return False

network = eqx.nn.MLP(2, 1, 64, 2, key=jax.random.key(0))
method = train.descent(loss, optax.adam(1e-2), batch=4)
result = train.run(method, network, {UPDATES}, folder=sys.argv[1], interval=0.0, until=slowly,
                   console=Console(quiet=True))
arrays = jax.tree.leaves(eqx.filter((result.model, result.best), eqx.is_array))
print(b"".join(jax.device_get(x).tobytes() for x in arrays).hex())
"""


def command(folder: Path, pause: float) -> list[str]:
    return [sys.executable, "-c", SCRIPT, str(folder), str(pause)]


def kill_after(folder: Path, updates: int) -> None:
    """Train until `updates` updates are on disk; then kill the process without warning."""
    process = subprocess.Popen(command(folder, 0.01), stdout=subprocess.DEVNULL)
    lines = folder / "metrics.jsonl"
    end = time.monotonic() + 60
    while not lines.exists() or lines.read_text().count("\n") < updates:
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.003)
    process.kill()
    assert process.wait() == -signal.SIGKILL


def finish(folder: Path) -> str:
    """Train to the end; the bits of the models."""
    done = subprocess.run(command(folder, 0), capture_output=True, text=True, check=True)
    return done.stdout


def numbers(folder: Path) -> list[dict[str, float]]:
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return [{name: line[name] for name in line if name != "seconds"} for line in lines]


def test_a_killed_training_continues_bit_for_bit(tmp_path: Path):
    whole = finish(tmp_path / "whole")
    for updates in (1, 17):
        kill_after(tmp_path / "killed", updates)
    assert finish(tmp_path / "killed") == whole
    assert numbers(tmp_path / "killed") == numbers(tmp_path / "whole")
    assert [line["update"] for line in numbers(tmp_path / "whole")] == list(range(1, UPDATES + 1))


def method(rate: float = 0.1) -> train.Method:
    return train.descent(lambda model, key: jnp.sum(model**2), optax.adam(rate))


def test_what_was_not_saved_is_repeated(tmp_path: Path, quiet):
    def stop(metrics):
        return metrics["loss"] < 2.5

    train.run(method(), jnp.ones(3), 20, folder=tmp_path, until=stop, console=quiet)
    lines = (tmp_path / "metrics.jsonl").read_text()
    done = lines.count("\n")
    assert 0 < done < 20
    again = train.run(method(), jnp.ones(3), 20, folder=tmp_path, until=stop, console=quiet)
    assert len(again.metrics) == done
    ahead = {"update": done + 1, "seconds": 1.0, "loss": 7.0}
    (tmp_path / "metrics.jsonl").write_text(f'{lines}{json.dumps(ahead)}\n{{"update": ')
    result = train.run(method(), jnp.ones(3), 20, folder=tmp_path, console=quiet)
    fresh = train.run(method(), jnp.ones(3), 20, console=quiet)
    assert [line["loss"] for line in result.metrics] == [line["loss"] for line in fresh.metrics]
    assert len(numbers(tmp_path)) == 20


def test_events_are_written_for_tensorboard(tmp_path: Path, quiet):
    train.run(method(), jnp.ones(3), 2, folder=tmp_path, console=quiet)
    (events,) = (tmp_path / "tensorboard").iterdir()
    assert b"gradient_norm" in events.read_bytes()


def test_a_folder_of_another_model_is_refused(tmp_path: Path, quiet):
    train.run(method(), jnp.ones(3), 2, folder=tmp_path, console=quiet)
    with pytest.raises(ValueError, match="another model or method"):
        train.run(method(), jnp.ones(4), 3, folder=tmp_path, console=quiet)
    other = train.descent(lambda model, key: jnp.sum(model**2), optax.sgd(0.1))
    with pytest.raises(ValueError, match="another model or method"):
        train.run(other, jnp.ones(3), 3, folder=tmp_path, console=quiet)


def test_interrupting_keeps_what_there_is(tmp_path: Path, quiet):
    def interrupt(metrics):
        if metrics["update"] == 5:
            raise KeyboardInterrupt
        return False

    result = train.run(method(), jnp.ones(3), 20, folder=tmp_path, until=interrupt, console=quiet)
    assert len(result.metrics) == 5
    result = train.run(method(), jnp.ones(3), 20, folder=tmp_path, console=quiet)
    fresh = train.run(method(), jnp.ones(3), 20, console=quiet)
    assert jnp.array_equal(result.model, fresh.model)
    assert jax.tree.structure(result.learner) == jax.tree.structure(fresh.learner)


def test_metrics_that_are_not_finite_are_null(tmp_path: Path, quiet):
    def loss(model, key):
        return jnp.where(jax.random.bernoulli(key), jnp.nan, 1.0) * model

    odd = train.descent(loss, optax.sgd(0.01))
    first = train.run(odd, jnp.float32(1.0), 8, folder=tmp_path, console=quiet)
    assert "null" in (tmp_path / "metrics.jsonl").read_text()
    again = train.run(odd, jnp.float32(1.0), 8, folder=tmp_path, console=quiet)
    assert jnp.isnan(jnp.array([line["loss"] for line in again.metrics])).any()
    assert len(again.metrics) == len(first.metrics)
