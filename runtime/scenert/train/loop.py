"""The training loop: updates, one after another, seen, recorded and resumable."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import Array
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from scenert.train.checkpoints import Checkpoints
from scenert.train.logbook import Logbook
from scenert.train.method import Learner, Method

PATIENCE = 20  # updates that may be skipped one after another

Numbers = Mapping[str, float]


class Result(NamedTuple):
    """What training gave.

    model    the last model
    best     the one with the lowest loss: that of its update, or where there is `judged` that
    metrics  those of each update, oldest first, with `update` and `seconds`
    learner  everything, to go on from
    """

    model: Any
    best: Any
    metrics: list[dict[str, float]]
    learner: Learner


def run(
    method: Method,
    model: Any,
    updates: int,
    *,
    key: Array | None = None,
    folder: str | Path | None = None,
    interval: float = 30.0,
    until: Callable[[Numbers], bool] | None = None,
    console: Console | None = None,
) -> Result:
    """Train `model` by `method` until there have been `updates` updates.

    key       of all random numbers; default `jax.random.key(0)`
    folder    where metrics (`metrics.jsonl`, `tensorboard/`) and `checkpoints/` go. Training
              that finds a checkpoint there continues from it, and gives the same numbers, bit for
              bit, as if it had never ended, however it ended.
    interval  [s] between checkpoints; there is one at the end as well
    until     until(metrics) of an update: True ends the training early
    console   where progress shows; `rich.console.Console(quiet=True)` for none

    Ctrl-C ends the training with the result so far. Raises FloatingPointError where 20 updates one
    after another had no finite gradient, and ValueError where `folder` holds another training.
    """
    training = _Training(method, model, jax.random.key(0) if key is None else key)
    if folder is not None:
        training.keep(Path(folder), interval)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console or Console()) as progress:
        bar = progress.add_task("compiling", total=updates, completed=training.updates)
        try:
            while training.updates < updates and not training.reached(until):
                metrics = training.step()
                text = f"loss {metrics['loss']:.4g}{training.troubles()}"
                progress.update(bar, completed=training.updates, description=text)
        except KeyboardInterrupt:
            progress.console.print(f"Interrupted after {training.updates} updates.")
        finally:
            training.close()
    return training.result()


class _Training:
    """A learner on its way, and what is kept of it on disk."""

    def __init__(self, method: Method, model: Any, key: Array) -> None:
        fresh = method.init(model, key)
        self._learner = jax.tree.map(lambda x: _strong(x) if eqx.is_array(x) else x, fresh)
        self._update = eqx.filter_jit(method.update)
        self._metrics: list[dict[str, float]] = []
        self._checkpoints: Checkpoints | None = None
        self._logbook: Logbook | None = None
        self._begin = time.monotonic()
        self._skipped = self._all_skipped = 0
        self.updates = 0

    def keep(self, folder: Path, interval: float) -> None:
        """Continue from what is in `folder`, and keep there what is to come."""
        folder.mkdir(parents=True, exist_ok=True)
        self._checkpoints = Checkpoints(folder / "checkpoints", interval)
        self._learner = self._checkpoints.restore(self._learner)
        self.updates = int(self._learner.updates)
        self._logbook = Logbook(folder, self.updates)
        self._metrics = list(self._logbook.lines)
        if self._metrics:
            self._begin -= self._metrics[-1]["seconds"]

    def reached(self, until: Callable[[Numbers], bool] | None) -> bool:
        """Whether the last update, possibly one of an earlier process, was to be the last."""
        return until is not None and bool(self._metrics) and until(self._metrics[-1])

    def step(self) -> dict[str, float]:
        """One update."""
        self._learner, told = self._update(self._learner)
        self.updates += 1
        metrics = {name: float(value) for name, value in told.items()}
        self._watch(metrics.get("skipped", 0.0))
        seconds = time.monotonic() - self._begin
        self._metrics.append({"update": self.updates, "seconds": seconds, **metrics})
        if self._logbook is not None:
            self._logbook.add(self.updates, seconds, metrics)
        if self._checkpoints is not None:
            self._checkpoints.offer(self._learner, self.updates)
        return metrics

    def troubles(self) -> str:
        """How many updates had no finite gradient, where there were any."""
        return f", {self._all_skipped} skipped" if self._all_skipped else ""

    def result(self) -> Result:
        """What training gave so far."""
        return Result(self._learner.model, self._learner.best, self._metrics, self._learner)

    def close(self) -> None:
        """Save where training stands."""
        if self._checkpoints is not None and self._logbook is not None:
            self._checkpoints.save(self._learner, self.updates)
            self._checkpoints.close()
            self._logbook.close()

    def _watch(self, skipped: float) -> None:
        self._skipped = self._skipped + 1 if skipped else 0
        self._all_skipped += bool(skipped)
        if self._skipped >= PATIENCE:
            raise FloatingPointError(
                f"the gradients of {PATIENCE} updates one after another are not finite: "
                "shorten the horizon, lower the discount, or look at the loss of the first update"
            )


def _strong(array: Array) -> Array:
    """`array` with a type of its own, as one from a checkpoint has, so that both compile alike."""
    return jnp.asarray(array, array.dtype)
