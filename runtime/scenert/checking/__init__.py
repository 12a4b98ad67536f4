"""Are the gradients of a scene those of its motion? `gradcheck` compares, and says where not.

The derivatives of what comes out of a run, by all numbers that it starts from, are computed by
reverse differentiation and held against differences of small steps and secants of finite ones (see
`scenert.checking.probe`), in double precision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import jax
import numpy as np
from jax.typing import ArrayLike

from scenert.checking.examination import Examiner
from scenert.checking.experiment import Experiment, Leaf
from scenert.checking.feeling import felt as felt
from scenert.checking.forks import forked as forked
from scenert.checking.report import Finding as Finding
from scenert.checking.report import Report as Report
from scenert.checking.verdict import Verdict as Verdict
from scenert.names import unknown
from scenert.simulator import Simulator

HORIZON = 0.5  # s

Progress = Callable[[str, int, int], None]


def gradcheck(
    sim: Simulator,
    horizon: float = HORIZON,
    *,
    control: ArrayLike | None = None,
    only: Sequence[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Check the derivatives of a run of `sim` from where its scene starts.

    Inputs are the parameters, the initial positions and velocities of bodies and joints, and the
    control, which is held constant; outputs the final sensors, coordinates and velocities.

    horizon   [s] how long it runs
    control   (n_control,), zero unless it is given
    only      names of the inputs to check, such as "radius", "ball.position" or "ball"; all of them
              unless any is given
    progress  is told what is being done, how much of it is done, and of how much

    Raises ValueError for a horizon of less than a step, a control of the wrong shape, and names
    that no input has.
    """
    steps = round(horizon / sim.dt) if np.isfinite(horizon) else 0
    if steps < 1:
        raise ValueError(f"a horizon of {horizon:g} s is no time: a step lasts {sim.dt:g} s")
    held = np.zeros(sim.n_control) if control is None else np.asarray(control, float)
    if held.shape != (sim.n_control,):
        raise ValueError(f"control has shape {held.shape}, expected ({sim.n_control},)")
    with jax.enable_x64(True):
        experiment = Experiment(sim, steps, held)
        leaves = _chosen(experiment.leaves, only)
        return Examiner(experiment, progress or (lambda *_: None)).report(leaves)


def _chosen(leaves: Sequence[Leaf], only: Sequence[str]) -> list[Leaf]:
    """The leaves that have one of the names, or begin with one: `ball` stands for all of it."""
    for name in only:
        if not any(_is_called(leaf, name) for leaf in leaves):
            raise ValueError(unknown("input", name, dict.fromkeys(leaf.name for leaf in leaves)))
    return [leaf for leaf in leaves if not only or any(_is_called(leaf, name) for name in only)]


def _is_called(leaf: Leaf, name: str) -> bool:
    return leaf.name == name or leaf.name.startswith(f"{name}.") or leaf.kind == name
