"""Trajectories as functions of every number they depend on, differentiated in two ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from jax import Array
from jax.flatten_util import ravel_pytree
from numpy.typing import NDArray

import scenec
from scenert import Simulator, State

SCENES = Path(__file__).parent / "scenes"
SHIPPED = Path(__file__).parents[2] / "scenes"

Numbers = NDArray[np.float64]
Compiled = Callable[..., Any]


@pytest.fixture(scope="module", autouse=True)
def _double_precision() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


@dataclass(frozen=True)
class Trajectory:
    """Some steps of a simulator as a function of one vector of inputs.

    inputs   the parameters; "q" and "v", added to the initial coordinates and velocities (so that
             parameters act through the initial state too); "control" of every step
    outputs  "q" and "v" of the final state, all its sensors, its energy
    """

    sim: Simulator
    controls: Numbers

    @cached_property
    def tree(self) -> dict[str, Any]:
        """The inputs by name, at their authored values."""
        params = self.sim.params()
        start = jax.eval_shape(self.sim.init, params)
        offsets = {"q": np.zeros(start.q.shape), "v": np.zeros(start.v.shape)}
        return {
            **{k: np.asarray(p) for k, p in params.items()},
            **offsets,
            "control": self.controls,
        }

    @cached_property
    def inputs(self) -> Numbers:
        """All inputs in one vector."""
        return np.asarray(ravel_pytree(self.tree)[0])

    @cached_property
    def names(self) -> list[str]:
        """What each entry of `inputs` is, such as `bodies.torso.position[2]`."""
        return _names(self.tree)

    @cached_property
    def output_names(self) -> list[str]:
        """What each entry of the outputs is."""
        return _names(jax.eval_shape(self._outputs, self.tree))

    @cached_property
    def value(self) -> Compiled:
        """The outputs as one vector."""
        return jax.jit(self.flat)

    @cached_property
    def pullback(self) -> Compiled:
        """Derivative of the outputs along a covector, by all inputs."""
        return jax.jit(lambda x, along: jax.vjp(self.flat, x)[1](along)[0])

    def flat(self, x: Array) -> Array:
        """The outputs as one vector; not compiled."""
        return ravel_pytree(self._outputs(ravel_pytree(self.tree)[1](x)))[0]

    def jacobian(self) -> Numbers:
        """Derivatives (outputs, inputs) in reverse mode."""
        along = np.eye(len(self.output_names))
        return np.stack([np.asarray(self.pullback(self.inputs, row)) for row in along])

    @cached_property
    def steps(self) -> Numbers:
        """Steps of the differences: 1e-4 of an input, within 1e-7 and 1e-6; 1e-6 from 0."""
        steps = np.clip(1e-4 * np.abs(self.inputs), 1e-7, 1e-6)
        return np.where(self.inputs == 0, 1e-6, steps)

    def differences(self) -> Numbers:
        """The same by central differences."""
        slopes = [self._slope(place, step) for place, step in enumerate(self.steps)]
        return np.stack(slopes, axis=1)

    def _slope(self, place: int, h: float) -> Numbers:
        after, before = self.inputs.copy(), self.inputs.copy()
        after[place] += h
        before[place] -= h
        return (np.asarray(self.value(after)) - np.asarray(self.value(before))) / (2 * h)

    def _outputs(self, tree: Mapping[str, Any]) -> dict[str, Any]:
        sim, params = self.sim, {name: tree[name] for name in self.sim.params()}
        start = sim.init(params)
        start = start.replace(q=start.q + tree["q"], v=start.v + tree["v"])

        def step(state: State, control: Array) -> tuple[State, None]:
            return sim.step(params, state, control), None

        final, _ = jax.lax.scan(step, start, tree["control"])
        sensors = sim.sense(params, final, tree["control"][-1])
        energy = sim.energy(params, final)
        return {"q": final.q, "v": final.v, "sensors": sensors, "energy": energy._asdict()}


def _names(tree: Any) -> list[str]:
    names = []
    for path, leaf in jax.tree_util.tree_leaves_with_path(tree):
        name = ".".join(str(key.key) for key in path)
        names += [name + "".join(f"[{i}]" for i in index) for index in np.ndindex(leaf.shape)]
    return names


@pytest.fixture(scope="session")
def simulator() -> Callable[..., Simulator]:
    """Compiles a scene of this folder or one of the shipped scenes, by its name."""

    def compile_scene(
        name: str, free: str | Sequence[str] = (), settings: Mapping[str, object] | None = None
    ) -> Simulator:
        path = SCENES / f"{name}.yaml"
        path = path if path.exists() else SHIPPED / f"{name}.yaml"
        return scenec.compile(path, free=free, settings=settings or {})

    return compile_scene


@pytest.fixture(scope="session")
def trajectory() -> Callable[..., Trajectory]:
    """`steps` steps of a simulator under controls of the size `drive`, all different."""

    def build(sim: Simulator, steps: int, drive: float = 0.2) -> Trajectory:
        random = np.random.default_rng(7)
        return Trajectory(sim, drive * random.standard_normal((steps, sim.n_control)))

    return build


@pytest.fixture(scope="session")
def assert_agree() -> Callable[[Trajectory, Numbers, Numbers], None]:
    """Asserts that a Jacobian agrees with central differences.

    To 1e-5 of every entry, but for rounding: outputs carry errors of 5e-13 of their size.
    """

    def check(at: Trajectory, exact: Numbers, differences: Numbers) -> None:
        size = 1.0 + np.abs(np.asarray(at.value(at.inputs)))
        rounding = 5e-13 * size[:, None] / at.steps
        wrong = np.abs(exact - differences) > 1e-5 * np.abs(differences) + rounding
        report = [
            f"d {at.output_names[i]} / d {at.names[j]}: "
            f"{exact[i, j]:.8g}, not {differences[i, j]:.8g}"
            for i, j in np.argwhere(wrong)
        ]
        assert not report, "\n".join(report[:20])

    return check
