"""A run of a simulator as a function of one vector: displacements of all that it starts from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import NDArray

from scenert.abi import Manifest
from scenert.checking.coordinates import displaced, displacements, velocities
from scenert.simulator import Simulator
from scenert.state import State

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Leaf(NamedTuple):
    """An input: its kind (parameter, state or control), its name and unit, the entries start:stop
    of the displacement that are its own, and for each of them a typical size and the range within
    which it may be displaced."""

    kind: str
    name: str
    unit: str
    start: int
    stop: int
    size: tuple[float, ...]
    lower: float = -np.inf
    upper: float = np.inf

    def places(self) -> range:
        """Of its numbers in the displacement."""
        return range(self.start, self.stop)

    def entry(self, place: int) -> str:
        """What the number at that place is called: `ball.position[2]`."""
        return self.name if self.stop - self.start == 1 else f"{self.name}[{place - self.start}]"


class Run(NamedTuple):
    """What came out: the final sensors, coordinates and velocities in one vector (n_out,), and the
    coordinates (steps + 1, n_q) and velocities (steps + 1, n_v) on the way."""

    outputs: Array
    q: Array
    v: Array


SMALLEST = 0.1  # SI: what a length, an angle or a speed of zero is displaced in relation to


@dataclass(frozen=True)
class Experiment:
    """`steps` steps of `sim` under a constant control (n_control,), from where the scene starts."""

    sim: Simulator
    steps: int
    control: Numbers

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """All inputs, in the order of the displacement."""
        return tuple(_placed([*_parameters(self.sim.manifest), *self._state(), *self._controls()]))

    @cached_property
    def n_in(self) -> int:
        """Length of the displacement."""
        return self.leaves[-1].stop

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """What the entries of the outputs are."""
        manifest = self.sim.manifest
        sensors = [name for s in manifest.sensors for name in _entries(s.name, s.size)]
        return (*sensors, *_coordinates(manifest), *_rates(manifest))

    @cached_property
    def continuous(self) -> Flags:
        """Which outputs (n_out,) change continuously with the inputs: the coordinates. Velocities
        and forces jump where an impact passes the end of the run."""
        place = np.arange(len(self.outputs)) - self.sim.n_sensor
        flags: Flags = (place >= 0) & (place < self.start.q.size)
        return flags

    @cached_property
    def start(self) -> State:
        """Where the scene starts."""
        with jax.ensure_compile_time_eval():
            return self.sim.init(self.sim.params())

    def run(self, displacement: Array) -> Run:
        """The run that starts displaced by (n_in,)."""
        params, change, speed, control = self._displaced(displacement)
        start = displaced(self.sim.manifest, self.sim.init(params), change, speed)

        @jax.checkpoint
        def advance(state: State, _: None) -> tuple[State, tuple[Array, Array]]:
            state = self.sim.step(params, state, control)
            return state, (state.q, state.v)

        final, (q, v) = lax.scan(advance, start, None, length=self.steps)
        sensors = self.sim.flat_sensors(params, final, control)
        outputs = jnp.concatenate([sensors, final.q, final.v])
        q, v = jnp.concatenate([start.q[None], q]), jnp.concatenate([start.v[None], v])
        return Run(outputs, q, v)

    def given(self, displacement: Array) -> tuple[dict[str, Array], Array]:
        """Parameters and control of the run that starts displaced by (n_in,)."""
        params, _, _, control = self._displaced(displacement)
        return params, control

    def _displaced(self, displacement: Array) -> tuple[dict[str, Array], Array, Array, Array]:
        authored, n_v = self.sim.params(), self.start.v.size
        params = {
            leaf.name: authored[leaf.name]
            + displacement[leaf.start : leaf.stop].reshape(authored[leaf.name].shape)
            for leaf in self.leaves
            if leaf.kind == "parameter"
        }
        numbers = sum(value.size for value in authored.values())
        ends = np.cumsum([numbers, n_v, n_v])
        _, change, speed, control = jnp.split(displacement, ends)
        return params, change, speed, jnp.asarray(self.control, displacement.dtype) + control

    def _state(self) -> Iterator[Leaf]:
        manifest, speed = self.sim.manifest, np.asarray(self.start.v)
        for part in displacements(manifest):
            yield Leaf("state", part.name, part.unit, *part[1:3], (SMALLEST,) * _length(part))
        for part in velocities(manifest):
            size = max(SMALLEST, float(np.max(np.abs(speed[part.start : part.stop]))))
            yield Leaf("state", part.name, part.unit, *part[1:3], (size,) * _length(part))

    def _controls(self) -> Iterator[Leaf]:
        for actuator in self.sim.manifest.actuators:
            start, stop = actuator.control
            size = np.maximum(np.abs(self.control[start:stop]), SMALLEST)
            yield Leaf("control", actuator.name, actuator.unit, start, stop, tuple(size))


def _parameters(manifest: Manifest) -> Iterator[Leaf]:
    for p in manifest.parameters:
        largest = max(map(abs, p.value), default=0.0) or SMALLEST
        lower = -np.inf if p.minimum is None else p.minimum - min(p.value)
        upper = np.inf if p.maximum is None else p.maximum - max(p.value)
        yield Leaf("parameter", p.name, p.unit, 0, p.size, (largest,) * p.size, lower, upper)


def _placed(leaves: list[Leaf]) -> Iterator[Leaf]:
    """The leaves one after the other."""
    start = 0
    for leaf in leaves:
        stop = start + leaf.stop - leaf.start
        yield leaf._replace(start=start, stop=stop)
        start = stop


def _coordinates(manifest: Manifest) -> list[str]:
    names: dict[int, str] = {}
    for body in manifest.bodies:
        kinds = {"free": (("position", 3), ("rotation", 9)), "planar": (("x, z, pitch", 3),)}
        start = body.q[0]
        for kind, size in kinds.get(body.root, ()):
            names |= dict(enumerate(_entries(f"{body.name}.{kind}", size), start))
            start += size
    for joint in manifest.joints:
        size = joint.q[1] - joint.q[0]
        names |= dict(enumerate(_entries(f"{joint.name}.angle", size), joint.q[0]))
    return [names[place] for place in sorted(names)]


def _rates(manifest: Manifest) -> list[str]:
    parts = velocities(manifest)
    return [name for part in parts for name in _entries(part.name, _length(part))]


def _entries(name: str, size: int) -> list[str]:
    return [name] if size == 1 else [f"{name}[{i}]" for i in range(size)]


def _length(part: tuple[object, int, int, object]) -> int:
    return part[2] - part[1]
