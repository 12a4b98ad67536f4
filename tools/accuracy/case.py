"""A case: a scene whose motion is known, and how far the compiled scene is from it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tools.motion import Motion, simulate, simulator

TIMESTEPS = (10e-3, 2e-3, 0.5e-3)  # s


@dataclass(frozen=True)
class Case:
    """A scene, and the error of its motion against the exact one.

    quantity   what the error is of, with its unit
    scene      the YAML text
    duration   [s] how long it runs
    error      the error of a motion
    order      of convergence; 0 where the method is exact, up to the `floor`
    tolerance  largest error at 10 ms; at shorter steps it must shrink with the order
    floor      what remains at any step: rounding, and what interpolation or the solver leave
    values     parameters that differ from the scene's
    """

    name: str
    quantity: str
    scene: str
    duration: float
    error: Callable[[Motion], float]
    order: int = 0
    tolerance: float = 0.0
    floor: float = 1e-11
    integrator: str = "semi_implicit"
    values: Mapping[str, float] = field(default_factory=dict)

    def bound(self, timestep: float) -> float:
        """Largest error that is in order at `timestep`."""
        return self.tolerance * (timestep / TIMESTEPS[0]) ** self.order + self.floor

    def errors(self) -> tuple[float, ...]:
        """The errors at TIMESTEPS."""
        sim = simulator(self.scene, self.integrator)
        motions = (simulate(sim, self.duration, dt, self.values) for dt in TIMESTEPS)
        return tuple(float(self.error(motion)) for motion in motions)


def convergence(errors: tuple[float, ...]) -> float:
    """Power of the time step with which the error falls between 10 and 2 ms, far from rounding."""
    return math.log(errors[0] / errors[1]) / math.log(TIMESTEPS[0] / TIMESTEPS[1])
