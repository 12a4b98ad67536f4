"""Every number of every shipped scene: its gradient is finite, right, and not silently zero.

Each scene is compiled with all of its numbers free, and run for ten steps from many states far and
wide: on the ground and in the air, at rest and in a tumble, with drives that saturate.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import jax
import numpy as np
import pytest
from numpy.typing import NDArray

import scenec
from scenert.checking.dependence import unused_parameters
from scenert.checking.experiment import Experiment
from tools.fuzz.trial import Observed, observer

Numbers = NDArray[np.float64]

SCENES = Path(__file__).parents[2] / "scenes"
CHANGED = {
    "billiards": {"bodies.cue.position": "[-7 cm, 0, radius]"},  # so that balls meet
    "chain": {"constants.n": 5},
}
STEPS = 10
SAMPLES = 160
WIDE = {"parameter": 0.02, "state": 5.0, "control": 10.0}  # spread of samples, in inputs' sizes
NEAR = {"parameter": 0.02, "state": 0.5, "control": 3.0}
WIDER = {"billiards": 1.5, "cartpole": 20.0, "pendulum": 20.0}  # room, and drives that give much

# What influences nothing, and why.
INERT = {
    "ball": {"materials.grass.restitution": "of a pair the larger restitution counts"},
    "billiards": {
        "materials.cloth.restitution": "of a pair the larger restitution counts",
        "materials.rubber.restitution": "of a pair the larger restitution counts",
    },
    "cartpole": {"bodies.cart.inertia.box": "the cart does not turn"},
    "chain": {"use.0.hook": "the scene reads angles, whatever place the chain hangs at"},
}


class Situation(NamedTuple):
    """A scene with all numbers free, its samples, and what comes out of them."""

    experiment: Experiment
    observe: Callable[[Numbers], Observed]
    weights: Numbers
    names: list[str]
    sizes: Numbers


@cache
def situation(scene: str) -> Situation:
    sim = scenec.compile(SCENES / f"{scene}.yaml", free="all", settings=CHANGED.get(scene, {}))
    experiment = Experiment(sim, STEPS, np.zeros(sim.n_control))
    weights = np.random.default_rng(1).normal(size=len(experiment.outputs))
    names = [f"{leaf.name}[{i}]" for leaf in experiment.leaves for i in range(len(leaf.size))]
    sizes = np.concatenate([leaf.size for leaf in experiment.leaves])
    return Situation(experiment, observer(experiment, weights), weights, names, sizes)


def samples(at: Situation, spread: dict[str, float], wider: float, count: int) -> Numbers:
    """Displacements (count, n_in) from where the scene starts, the last ones small."""
    shares = [
        spread[leaf.kind] * (1.0 if leaf.kind == "parameter" else wider)
        for leaf in at.experiment.leaves
        for _ in leaf.size
    ]
    random = np.random.default_rng(3).normal(size=(count, len(shares)))
    less = np.linspace(1.0, 0.02, count)[:, None]
    displaced: Numbers = less * at.sizes * np.array(shares) * np.clip(random, -2.0, 2.0)
    return displaced


def magnitude(at: Situation, outputs: Numbers) -> Numbers:
    """Of the weighted sums of the outputs, without cancellation."""
    size: Numbers = 1.0 + np.abs(outputs) @ np.abs(at.weights)
    return size


every_scene = pytest.mark.parametrize("scene", sorted(path.stem for path in SCENES.glob("*.yaml")))


@every_scene
def test_no_number_is_silently_without_influence(scene: str):
    with jax.enable_x64(True):
        at = situation(scene)
        found = at.observe(samples(at, WIDE, WIDER.get(scene, 1.0), SAMPLES))
    assert np.isfinite(found.outputs).all()
    assert np.isfinite(found.gradient).all()
    share = np.abs(found.gradient) * at.sizes / magnitude(at, found.outputs)[:, None]
    silent = {
        at.names[place].partition("[")[0] for place in np.flatnonzero(share.max(axis=0) < 1e-9)
    }
    assert silent - unused(at) == set(INERT.get(scene, {}))


def unused(at: Situation) -> frozenset[str]:
    """Parameters and constants all of whose uses are numbers of their own here."""
    found = unused_parameters(at.experiment.sim)
    assert all("." not in name or name.startswith("constants.") for name in found)
    return found


@every_scene
def test_derivatives_by_every_number_agree_with_differences(scene: str):
    """By the better of two steps, to 1e-5 of each derivative and to rounding."""
    with jax.enable_x64(True):
        at = situation(scene)
        (x,) = samples(at, NEAR, 1.0, 1)
        steps = [h * at.sizes for h in (1e-5, 1e-6)]
        ways = [sign * np.diag(h) for h in steps for sign in (1.0, -1.0)]
        found = at.observe(np.concatenate([x[None], *(x + way for way in ways)]))
    sums = found.outputs @ at.weights
    up, down, upper, lower = np.split(sums[1:], 4)
    size, exact = magnitude(at, found.outputs[:1]), found.gradient[0]
    off = []
    for h, slopes in zip(steps, ((up - down), (upper - lower)), strict=True):
        differences = slopes / (2.0 * h)
        allowed = 1e-5 * np.abs(differences) + 1e-11 * size / h + 1e-7 * size / at.sizes
        off.append(np.abs(exact - differences) / allowed)
    wrong = np.flatnonzero(np.minimum(*off) > 1.0)
    assert [at.names[place] for place in wrong] == []
