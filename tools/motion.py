"""Scenes given as text, compiled and run in float64 with any time step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

import scenec
from scenert import Energy, Poses, Simulator, State, Twists

SAMPLE = 10e-3  # s between the samples of a motion

# These programs run for less time than it takes to compile them.
COMPILER_OPTIONS = {"xla_backend_optimization_level": 0}


class Motion(NamedTuple):
    """What a scene did: every array has the samples, the start included, as its leading axis."""

    time: np.ndarray
    state: State
    poses: Poses
    twists: Twists
    energy: Energy
    sensors: dict[str, np.ndarray]


@cache
def simulator(
    scene: str,
    integrator: str = "semi_implicit",
    coordinates: str = "reduced",
    sweeps: int | None = None,
) -> Simulator:
    """The compiled `scene` (YAML text), with its time step as a parameter."""
    settings: dict[str, object] = {
        "options.timestep": SAMPLE,
        "options.integrator": integrator,
        "options.coordinates": coordinates,
    }
    if sweeps is not None:
        settings["options.solver.iterations"] = sweeps
    with TemporaryDirectory() as folder:
        path = Path(folder) / "scene.yaml"
        path.write_text(scene, "utf-8")
        return scenec.compile(path, free="options.timestep", settings=settings)


def parameters(
    sim: Simulator, timestep: float, values: Mapping[str, float] | None = None
) -> dict[str, Array]:
    """The parameters of `sim` at `timestep` [s], with `values` in place of the authored ones."""
    given = {**(values or {}), "options.timestep": timestep}
    return {**sim.params(), **{name: jnp.asarray(value, float) for name, value in given.items()}}


def simulate(
    sim: Simulator,
    duration: float,
    timestep: float,
    values: Mapping[str, float] | None = None,
    control: Sequence[float] = (),
) -> Motion:
    """The motion of `sim` from its start under constant control, zero unless it is given.

    `duration` [s] is a multiple of SAMPLE, and SAMPLE one of `timestep` [s].
    """
    samples, substeps = round(duration / SAMPLE), round(SAMPLE / timestep)
    with jax.enable_x64(True):
        params = parameters(sim, timestep, values)
        held = jnp.asarray(control if len(control) else np.zeros(sim.n_control), float)
        recorded = _recorder(sim, samples)(params, held, substeps)
        return Motion(SAMPLE * np.arange(samples + 1), *jax.tree.map(np.asarray, recorded))


@cache
def _recorder(sim: Simulator, samples: int) -> Callable[..., tuple[object, ...]]:
    """The compiled run of `samples` times some steps: one program for every time step."""

    def record(params: dict[str, Array], state: State, control: Array) -> tuple[object, ...]:
        return (
            state,
            sim.poses(params, state),
            sim.twists(params, state),
            sim.energy(params, state),
            sim.sense(params, state, control),
        )

    def run(params: dict[str, Array], control: Array, substeps: int) -> tuple[object, ...]:
        def advance(_: int, state: State) -> State:
            return sim.step(params, state, control)

        def sample(state: State, _: None) -> tuple[State, State]:
            state = lax.fori_loop(0, substeps, advance, state)
            return state, state

        start = sim.init(params)
        _, later = lax.scan(sample, start, None, length=samples)
        states = jax.tree.map(lambda a, b: jnp.concatenate([a[None], b]), start, later)
        return jax.vmap(record, in_axes=(None, 0, None))(params, states, control)

    return jax.jit(run, compiler_options=COMPILER_OPTIONS)
