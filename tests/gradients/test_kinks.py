"""Gradients are finite where formulas bend, and where they might divide by zero."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from scenert.checking.experiment import Experiment
from tools.fuzz.trial import observer


@pytest.fixture(scope="module")
def kinks(simulator):
    """The experiment, and what observes it."""
    sim = simulator("kinks", "all")
    experiment = Experiment(sim, 3, np.zeros(sim.n_control))
    weights = np.random.default_rng(5).normal(size=len(experiment.outputs))
    return experiment, observer(experiment, weights)


def moved(experiment: Experiment, **places: float) -> np.ndarray:
    """A displacement of the named leaves, `__` for a dot in their names."""
    displacement = np.zeros(experiment.n_in)
    for name, value in places.items():
        leaf = next(leaf for leaf in experiment.leaves if leaf.name == name.replace("__", "."))
        displacement[leaf.start : leaf.stop] = value
    return displacement


@pytest.mark.parametrize(
    "places",
    [
        pytest.param({}, id="touching, at rest, aligned, one ball's centre in another's"),
        pytest.param({"still": 0.1}, id="a servo at the edge of its greatest speed"),
        pytest.param({"still": 50.0, "lift": 50.0, "push": 50.0}, id="saturated servos"),
        pytest.param({"wrist__angle": 0.5}, id="a limit reached from the other side"),
        pytest.param({"sliding__linear": 0.0, "resting__linear": -1.0}, id="an impact at once"),
        pytest.param({"shoulder__angle": np.pi / np.sqrt(3.0)}, id="half a turn"),
        pytest.param({"elbow__angle": np.pi / 2}, id="a gimbal lock"),
        pytest.param({"materials__rubber__friction": -1.0}, id="no friction at all"),
        pytest.param({"materials__ice__restitution": 1.0}, id="an elastic resting contact"),
    ],
)
def test_gradients_are_finite(kinks, places: dict[str, float]):
    experiment, observe = kinks
    found = observe(moved(experiment, **places)[None])
    assert np.isfinite(found.outputs).all()
    bad = ~np.isfinite(found.gradient[0])
    names = [leaf.name for leaf in experiment.leaves for _ in leaf.size]
    assert [name for name, is_bad in zip(names, bad, strict=True) if is_bad] == []


def test_gradients_in_single_precision_are_finite_too(simulator):
    """Where small numbers vanish sooner."""
    sim = simulator("kinks", "all")
    with jax.enable_x64(False):
        params = sim.params()

        def total(params):
            state = sim.step(params, sim.init(params), np.zeros(sim.n_control, np.float32))
            return sum(x.sum() for x in jax.tree.leaves(state))

        gradient = jax.jit(jax.grad(total))(params)
    assert [name for name, g in gradient.items() if not np.isfinite(g).all()] == []
