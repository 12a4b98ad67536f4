"""What a run does along one input: values and derivatives at displacements far and near.

Along the input j the outputs are functions f(t) of a displacement t. Two things are asked of their
derivative f'(t), which is the program's, by forward differentiation:

- near t = 0 it must be the limit of the differences [f(h) - f(-h)] / 2h;
- over a finite interval its mean must be the secant [f(b) - f(a)] / (b - a). That is the theorem of
  calculus, and it holds for every continuous function, however bent, with kinks too. It fails where
  f jumps: what the derivative misses is the sum of the jumps. So a time-stepper betrays itself
  whose collisions move by whole steps: between two jumps its derivative and its differences agree,
  and both are wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from scenert.checking.experiment import Experiment, Leaf, Numbers, Run

NEAR = (1e-4, 1e-5, 1e-6)  # of an input's size: steps of the differences
FINITE = (1e-3, 1e-2, 1e-1)  # of an input's size: half widths of the secants
FAR = (0.3, 1.0, 3.0)  # of an input's size: where to look for an effect that is missing
POINTS = 17  # between which the derivative is averaged over an interval, its ends included
MEMORY = 2**26  # bytes that one batch of runs may keep

Progress = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    """No progress to tell."""


class Interval(NamedTuple):
    """A difference over [a, b] of one input, and the program's derivative within.

    low, high   what comes out at a and b (n_out,)
    secant      [f(b) - f(a)] / (b - a)
    mean        of the derivative over the interval
    jump        two displacements next to each other between which something jumps, if that is known
    """

    a: float
    b: float
    low: Numbers
    high: Numbers
    secant: Numbers
    mean: Numbers
    jump: tuple[float, float] | None = None


class Samples(NamedTuple):
    """Runs at the displacements t (n,) of one input, and their derivatives by t."""

    t: Numbers
    value: Run
    slope: Run


class Prober:
    """Runs an experiment at many displacements, in batches of one compiled program."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        start = experiment.start
        kept = 16 * (experiment.steps + 1) * (start.q.size + start.v.size)
        self.batch = int(np.clip(MEMORY // max(kept, 1), 4, 128))
        self._run = jax.jit(jax.vmap(self._differentiated))

    def sample(self, places: Sequence[int], t: Sequence[float] | Numbers) -> Samples:
        """The runs displaced by t[i] in the input places[i]."""
        count = len(places)
        padded = -(-count // self.batch) * self.batch
        where, far = np.resize(places, padded), np.resize(np.asarray(t, float), padded)
        parts = [
            jax.tree.map(np.asarray, self._run(where[i : i + self.batch], far[i : i + self.batch]))
            for i in range(0, padded, self.batch)
        ]
        value, slope = jax.tree.map(lambda *x: np.concatenate(x)[:count], *parts)
        return Samples(np.asarray(t, float), value, slope)

    def outputs(
        self, places: Sequence[int], t: Sequence[float] | Numbers, progress: Progress = _silent
    ) -> tuple[Numbers, Numbers]:
        """Outputs (n, n_out) and their derivatives alone, however many there are."""
        values, slopes = [], []
        for start in range(0, len(places), self.batch):
            some = slice(start, start + self.batch)
            found = self.sample(places[some], t[some])
            values.append(found.value.outputs)
            slopes.append(found.slope.outputs)
            progress(min(start + self.batch, len(places)), len(places))
        return np.concatenate(values), np.concatenate(slopes)

    def _differentiated(self, place: Array, t: Array) -> tuple[Run, Run]:
        direction = jnp.zeros(self.experiment.n_in).at[place].set(1.0)
        run = self.experiment.run
        value, slope = jax.jvp(lambda t: run(t * direction), (t,), (jnp.ones_like(t),))
        return value, slope


def reverse(experiment: Experiment) -> Numbers:
    """The derivatives (n_out, n_in) of all outputs by all inputs, by reverse differentiation."""

    def jacobian(displacement: Array) -> Array:
        outputs, pull = jax.vjp(lambda x: experiment.run(x).outputs, displacement)
        rows: Array = jax.vmap(pull)(jnp.eye(outputs.size))[0]
        return rows

    return np.asarray(jax.jit(jacobian)(jnp.zeros(experiment.n_in)))


def interval(leaf: Leaf, place: int, scale: float) -> tuple[float, float]:
    """The interval of half width `scale` times the input's size, as far as it may be displaced."""
    half = scale * leaf.size[place - leaf.start]
    return max(-half, leaf.lower), min(half, leaf.upper)
