"""Which inputs a run feels at all: by which of them it has derivatives that are worth the name."""

from __future__ import annotations

from collections.abc import Collection

import jax
import jax.numpy as jnp
import numpy as np

from scenert.checking.experiment import Experiment
from scenert.checking.probe import reverse
from scenert.simulator import Simulator

FELT = 1e-6  # of an output: what an input's whole size does to it by its derivative, at least


def felt(sim: Simulator, horizon: float, names: Collection[str]) -> frozenset[str]:
    """Those of the inputs `names`, as findings call them, that a run of `horizon` [s] feels."""
    with jax.enable_x64(True):
        experiment = Experiment(sim, round(horizon / sim.dt), np.zeros(sim.n_control))
        jacobian = reverse(experiment)
        value = np.asarray(experiment.run(jnp.zeros(experiment.n_in)).outputs)
    sizes = np.concatenate([leaf.size for leaf in experiment.leaves])
    effect = np.max(np.abs(jacobian) * sizes / (1.0 + np.abs(value[:, None])), axis=0)
    called = [leaf.entry(place) for leaf in experiment.leaves for place in leaf.places()]
    return frozenset(
        name for name, share in zip(called, effect, strict=True) if name in names and share > FELT
    )
