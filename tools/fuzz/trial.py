"""One random scene under many random parameters, states and controls.

At each sample x the outputs y, weighted at random to one number f(x), are differentiated in reverse
mode. Along a random direction u the derivative must be the limit of the differences of f, wherever
f has one: where the differences of both sides agree. Where they do not, another contact or another
limit comes into play at x, and the derivative need only be finite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

import scenec
from scenert import Simulator
from scenert.checking.experiment import Experiment
from tools.fuzz.scene import random_scene

Numbers = NDArray[np.float64]

STEPS = 4
NEAR = (1e-5, 1e-6)  # steps of the differences, as shares of the inputs' sizes
TOLERANCE = 1e-4  # of a derivative
ROUNDING = 1e-11  # of a sum: what its last digits may be off
ALIKE = 1e-8  # of the largest entry: how far lanes and the portable path may be apart
SPREAD = {"parameter": 0.1, "state": 3.0, "control": 20.0}  # of samples, in inputs' sizes

# The portable programs run for less time than it takes to optimize them.
COMPILER_OPTIONS = {"xla_backend_optimization_level": 0}


class Observed(NamedTuple):
    """Outputs (n, n_out) and gradients (n, n_in) of samples."""

    outputs: Numbers
    gradient: Numbers


@dataclass
class Finding:
    """What was found in a scene: how many samples are smooth, which lie at an edge, where another
    contact or another limit comes into play; and what fails."""

    seed: int
    smooth: int = 0
    edges: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The finding on one line, and each failure on its own."""
        head = f"seed {self.seed}: {self.smooth} smooth, {len(self.edges)} at edges"
        return "\n    ".join([head, *self.failures])


def try_scene(seed: int, samples: int, portable: bool = True) -> Finding:
    """All checks of the scene of a seed; `portable` compares with the portable path, whose
    gradients take long to compile, and looks at the other kinds of gradients."""
    with jax.enable_x64(True):
        sim = simulator(seed)
        experiment = Experiment(sim, STEPS, np.zeros(sim.n_control))
        rng = np.random.default_rng(seed)
        points, directions = _points(experiment, samples, rng), _points(experiment, samples, rng)
        directions[0] = directions[-1]
        weights = rng.normal(size=len(experiment.outputs))
        finding = _judged(seed, observer(experiment, weights), points, directions, weights)
        if portable:
            other = Experiment(sim.portable(), STEPS, experiment.control)
            paths = [observer(e, weights)(points) for e in (experiment, other)]
            finding.failures += _apart(*paths, finding.edges)
            for kind in ("implicit", "smoothed"):
                other = Experiment(simulator(seed, kind), STEPS, experiment.control)
                finding.failures += _of_kind(kind, paths[0], observer(other, weights)(points))
        return finding


def simulator(seed: int, gradient: str = "exact") -> Simulator:
    """The compiled scene of a seed, all of its numbers free, with a kind of gradients."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"seed{seed}.yaml"
        path.write_text(random_scene(seed), "utf-8")
        return scenec.compile(path, free="all", settings={"options.gradient": gradient})


def _points(experiment: Experiment, samples: int, rng: np.random.Generator) -> Numbers:
    """Random displacements (samples, n_in); the first is none, and the scene as it was written.

    Parameters stay within their bounds: with a negative softness, say, contacts pull without end.
    """
    sizes = np.concatenate([SPREAD[leaf.kind] * np.array(leaf.size) for leaf in experiment.leaves])
    points: Numbers = sizes * np.clip(rng.normal(size=(samples, sizes.size)), -3.0, 3.0)
    points[0] = 0.0
    lower, upper = (
        np.concatenate([np.full(len(leaf.size), bound(leaf)) for leaf in experiment.leaves])
        for bound in (attrgetter("lower"), attrgetter("upper"))
    )
    inside = np.where(points < lower, 2.0 * lower - points, points)
    return np.where(inside > upper, 2.0 * upper - inside, inside)


def observer(experiment: Experiment, weights: Numbers) -> Callable[[Numbers], Observed]:
    """Outputs and gradients of many samples, compiled."""

    def observe(x: Any) -> Any:
        outputs, pull = jax.vjp(lambda x: experiment.run(x).outputs, x)
        return outputs, pull(jnp.asarray(weights))[0]

    run = jax.jit(jax.vmap(observe), compiler_options=COMPILER_OPTIONS)
    return lambda points: Observed(*map(np.asarray, run(points)))


def _judged(
    seed: int,
    observe: Callable[[Numbers], Observed],
    points: Numbers,
    directions: Numbers,
    weights: Numbers,
) -> Finding:
    """What the gradients at the points are against differences along the directions."""
    count = len(points)
    ways = [h * sign * directions for h in NEAR for sign in (1.0, -1.0)]
    every = observe(np.concatenate([points, *(points + way for way in ways)]))
    outputs, gradient = every.outputs[:count], every.gradient[:count]
    sums = (every.outputs @ weights).reshape(-1, count)
    size = 1.0 + np.abs(outputs) @ np.abs(weights)
    slope = np.sum(gradient * directions, axis=1)
    finding = Finding(seed)
    for i in range(count):
        found = _differences(sums[:, i], slope[i], size[i])
        if not (np.isfinite(outputs[i]).all() and np.isfinite(gradient[i]).all()):
            finding.failures.append(f"sample {i}: a value or a gradient is not finite")
        elif found is None:
            finding.edges.append(i)
        else:
            finding.smooth += 1
            finding.failures += [f"sample {i}: {found}"] if found else []
    return finding


def _differences(sums: Numbers, slope: float, size: float) -> str | None:
    """What is wrong with a derivative along a direction; empty where nothing is, and None where
    there is none: where the differences of both sides do not have the same limit.

    The difference of the two sides is b h of a smooth function, and of one with a kink a + b h:
    two steps tell a. A jump between them, or at their middle, makes a large.

    sums  (5,) f here, and at +h, -h for each of the steps
    """
    steps = np.array(NEAR)
    right, left = (sums[1::2] - sums[0]) / steps, (sums[0] - sums[2::2]) / steps
    middle = (right + left) / 2
    allowed = TOLERANCE * np.abs(middle) + (1e-6 + ROUNDING / steps) * size
    (far, near), ratio = right - left, steps[0] / steps[1]
    if not abs(ratio * near - far) / (ratio - 1) <= allowed[1]:
        return None
    off = np.abs(middle - slope) / allowed
    best = np.argmin(off)
    return "" if off[best] <= 1.0 else f"derivative {slope:.9g}, differences {middle[best]:.9g}"


def _apart(lanes: Observed, portable: Observed, edges: list[int]) -> Iterator[str]:
    """Samples of which lanes and the portable path differ. At an edge rounding decides which side
    is taken."""
    for name, ours, theirs in zip(("outputs", "gradients"), lanes, portable, strict=True):
        size = np.maximum(1.0, np.max(np.abs(theirs), axis=1))
        gaps = np.max(np.abs(ours - theirs), axis=1) / size
        for i in set(np.flatnonzero(~(gaps <= ALIKE)).tolist()).difference(edges):
            yield f"sample {i}: {name} in lanes and on the portable path: {gaps[i]:.1e} apart"


def _of_kind(kind: str, exact: Observed, found: Observed) -> Iterator[str]:
    """Samples whose outputs another kind of gradients changes, or whose gradients it makes no
    number."""
    for i in np.flatnonzero((found.outputs != exact.outputs).any(axis=1)):
        yield f"sample {i}: outputs with {kind} gradients are others"
    for i in np.flatnonzero(~np.isfinite(found.gradient).all(axis=1)):
        yield f"sample {i}: a {kind} gradient is not finite"
