"""Derivatives of whole trajectories by every number of a scene, against central differences."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

MAXIMAL = {"options.coordinates": "maximal"}


class Case(NamedTuple):
    scene: str
    steps: int
    settings: dict[str, str]


CASES = {
    "every joint": Case("mechanism", 20, {}),
    "every joint in maximal coordinates": Case("mechanism", 20, MAXIMAL),
    "Runge-Kutta": Case("gyroscope", 20, {}),
    "drives": Case("drives", 30, {}),
    "drives in maximal coordinates": Case("drives", 30, MAXIMAL),
    "collisions": Case("collisions", 40, {}),
}


@pytest.mark.parametrize("case", CASES)
def test_reverse_mode_agrees_with_central_differences(case, simulator, trajectory, assert_agree):
    scene, steps, settings = CASES[case]
    path = trajectory(simulator(scene, "all", settings), steps)
    exact = path.jacobian()
    assert np.isfinite(exact).all()
    assert np.abs(exact).max() > 0
    assert_agree(path, exact, path.differences())
