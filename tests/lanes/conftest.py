"""Scenes, and states that their robots reach: pushed at the start, and in the midst of contacts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import scenec
from scenert import Simulator, State

SCENES = Path(__file__).resolve().parents[2] / "scenes"
SMALLER = {"chain": {"constants.n": 5}}


class Situation(NamedTuple):
    """A batch of robots of one scene, in the order in which step and sense take it."""

    sim: Simulator
    params: dict[str, jax.Array]
    states: State
    controls: jax.Array


@pytest.fixture(scope="session")
def scenes() -> tuple[str, ...]:
    """The names of all shipped scenes."""
    return tuple(sorted(path.stem for path in SCENES.glob("*.yaml")))


@pytest.fixture(scope="session")
def situation() -> Callable[..., Situation]:
    """situation(scene, coordinates, robots): a third of them at the start, the rest later."""

    def make(scene: str, coordinates: str = "reduced", robots: int = 17) -> Situation:
        settings = SMALLER.get(scene, {}) | {"options.coordinates": coordinates}
        sim = scenec.compile(SCENES / f"{scene}.yaml", settings=settings)
        params, random = sim.params(), np.random.default_rng(3)
        pushes = jnp.asarray(random.normal(size=(robots, sim.init(params).v.size)), float)
        controls = jnp.asarray(random.normal(size=(robots, sim.n_control)), float)
        early = jax.vmap(lambda push: _pushed(sim.init(params), 0.3 * push))(pushes)
        late = _half_a_second_later(sim, params, early, 0.5 * controls)
        is_early = jnp.arange(robots)[:, None] % 3 == 0
        states = jax.tree.map(lambda a, b: jnp.where(is_early, a, b), early, late)
        return Situation(sim, params, states, controls)

    return make


def _pushed(state: State, push: jax.Array) -> State:
    return state.replace(v=state.v + push)


def _half_a_second_later(
    sim: Simulator, params: dict[str, jax.Array], states: State, controls: jax.Array
) -> State:
    """Where things have fallen, hit and slid."""

    def advance(states: State, _: None) -> tuple[State, None]:
        return jax.vmap(sim.step, (None, 0, 0))(params, states, controls), None

    steps = round(0.5 / sim.dt)
    return jax.jit(lambda states: jax.lax.scan(advance, states, None, steps)[0])(states)
