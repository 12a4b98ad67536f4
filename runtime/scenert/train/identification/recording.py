"""What was recorded of a robot: its control, and what its sensors read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from scenert.arguments import Params
from scenert.names import unknown
from scenert.simulator import Simulator
from scenert.state import State
from scenert.trajectory import Sensors, rollout


class Recording(NamedTuple):
    """One stretch of time of one robot, step by step.

    control   (n_step, n_control) of each step
    readings  by name of a sensor, (n_step, ...): what it read after each step; NaN where nothing
              was recorded
    start     the state before the first step; None: as the scene starts, with the parameters sought
    """

    control: ArrayLike
    readings: Mapping[str, ArrayLike]
    start: State | None = None


def predicted(
    sim: Simulator, params: Params, control: Array, start: State | None, names: Sequence[str]
) -> dict[str, Array]:
    """What the sensors `names` read after each step under `control` (n_step, n_control)."""

    def policy(table: Array, _: Sensors, carry: None, t: Array) -> tuple[Array, None]:
        return table[jnp.round(t / sim.dt).astype(int)], carry

    def outputs(state: State, _: Sensors, control: Array) -> dict[str, Array]:
        after = sim.sense(params, state, control)
        return {name: after[name] for name in names}

    state = sim.init(params) if start is None else start
    steps = control.shape[0]
    _, readings = rollout(sim, policy, params, state, steps, policy_params=control, outputs=outputs)
    return readings  # type: ignore[no-any-return]


def record(
    sim: Simulator,
    params: Params,
    control: ArrayLike,
    *,
    start: State | None = None,
    sensors: Sequence[str] | None = None,
    noise: float = 0.0,
    key: Array | None = None,
) -> Recording:
    """A recording of the simulator itself, with Gaussian `noise` in the units of each sensor.

    sensors   names; default: all of the scene
    """
    names = tuple(sim.sensors if sensors is None else sensors)
    check_sensors(sim, names)
    table = jnp.asarray(control, jnp.result_type(float))
    exact = jax.jit(lambda p: predicted(sim, p, table, start, names))(dict(params))
    keys = jax.random.split(jax.random.key(0) if key is None else key, len(names))
    readings = {
        name: exact[name] + noise * jax.random.normal(k, exact[name].shape, exact[name].dtype)
        for name, k in zip(names, keys, strict=True)
    }
    return Recording(table, readings, start)


def check_sensors(sim: Simulator, names: Sequence[str]) -> None:
    """ValueError for a sensor that the scene does not have."""
    for name in names:
        if name not in sim.sensors:
            raise ValueError(unknown("sensor", name, sim.sensors))
