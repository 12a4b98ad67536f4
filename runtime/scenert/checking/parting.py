"""Where on the way a derivative and the motion part, and which contacts that has to do with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from scenert.checking.experiment import Flags, Numbers
from scenert.checking.probe import POINTS, Interval, Prober, Samples
from scenert.checking.survey import Course
from scenert.checking.verdict import missing
from scenert.state import State

BEGUN = 1e-3  # of a jump, which a run may enlarge: where on the way it begins


@dataclass(frozen=True)
class Parting:
    """What is known of a derivative that fails.

    time      [s] at the end of the step in which it parts from the motion; None where it does not
    contacts  names of the pairs that touch then in some of the runs compared, and not in others; or
              of those that touch then in all of them
    differ    whether those are pairs of the first kind
    state     name of the coordinate that is shown
    secant    (steps + 1,) its secant on the way, and the `mean` of its derivative
    touching  names of the pairs that touch in the undisplaced run, and their times [s]
    """

    time: float | None
    contacts: tuple[str, ...]
    differ: bool
    state: str
    secant: Numbers
    mean: Numbers
    touching: dict[str, Numbers]


class Detective:
    """Looks into runs that a Prober makes."""

    def __init__(self, prober: Prober) -> None:
        self.prober = prober
        self.experiment = prober.experiment
        pairs = self.experiment.sim.manifest.contacts
        self.pairs = tuple(f"{pair.first} and {pair.second}" for pair in pairs)

    def part(self, place: int, over: Interval, size: float) -> Parting:
        """Where the mean derivative by the input `place` over an interval leaves the secant, or the
        runs before and after a jump leave each other."""
        ends = over.jump or (over.a, over.b)
        t = np.unique([*np.linspace(over.a, over.b, POINTS), *ends])
        samples = self.prober.sample([place] * (1 + t.size), [0.0, *t])
        states, slopes = np.asarray(samples.value.q), np.asarray(samples.slope.q)
        course = Course(t, states[1:], slopes[1:])
        whole = course.summary()
        missed = missing(states[0], whole, size)
        step = _first(missed.max(axis=1) > 1.0)
        runs = [1 + int(np.searchsorted(t, end)) for end in ends]
        if over.jump is not None:
            leap = np.abs(course.unseen()[runs[0] - 1])
            step = _first(leap.max(axis=1) > BEGUN * leap.max())
        touches = self.touches(place, samples, [0, *runs])
        contacts, differ = self._suspects(touches[1:] if over.jump else touches, step)
        shown = int(np.argmax(missed[-1]))
        return Parting(
            None if step is None else step * self.experiment.sim.dt,
            contacts,
            differ,
            self._state_names[shown],
            whole.secant[:, shown],
            whole.mean[:, shown],
            self._times(touches[0]),
        )

    def touches(self, place: int, samples: Samples, runs: list[int]) -> Flags:
        """(n, steps, n_contact) which pairs touch in which step of the given runs."""
        if not self.pairs:
            return np.zeros((len(runs), self.experiment.steps, 0), bool)
        those = (samples.value.q[runs], samples.value.v[runs], samples.t[runs])
        return np.asarray(self._pressing(np.full(len(runs), place), *those))

    def made(self, place: int, samples: Samples, run: int) -> tuple[str, ...]:
        """The pairs that touch in that run of the samples and never do in the first of them."""
        touches = self.touches(place, samples, [0, run])
        return self._named(touches[1] & ~touches[0].any(axis=0))

    @cached_property
    def _pressing(self) -> Callable[..., Array]:
        """Compiled: which pairs exert forces in the steps from given states."""
        experiment = self.experiment

        def pressing(place: Array, q: Array, v: Array, t: Array) -> Array:
            params, control = experiment.given(jnp.zeros(experiment.n_in).at[place].set(t))
            record = jnp.zeros(experiment.start.record.size)

            def forces(q: Array, v: Array) -> Array:
                return experiment.sim.contact_forces(params, State(q, v, record), control).force

            return jnp.any(jax.vmap(forces)(q[:-1], v[:-1]) != 0, axis=-1)

        return jax.jit(jax.vmap(pressing))

    @cached_property
    def _state_names(self) -> tuple[str, ...]:
        return self.experiment.outputs[self.experiment.sim.n_sensor :]

    def _suspects(self, touches: Flags, step: int | None) -> tuple[tuple[str, ...], bool]:
        """The pairs to name for a parting at the end of `step`, and whether they differ.

        Those whose contacts come first to differ, if that is not after the parting; otherwise those
        that touch in that step.
        """
        if step is None or not self.pairs:
            return (), False
        differing = (touches != touches[:1]).any(axis=0)
        early = np.flatnonzero(differing[:step].any(axis=1))
        if early.size:
            last = early[-1]
            return self._named(differing[last : last + 1]), True
        return self._named(touches[:, max(step - 1, 0)]), False

    def _named(self, which: Flags) -> tuple[str, ...]:
        """The pairs that are marked in any row of `which` (n, n_contact)."""
        return tuple(dict.fromkeys(self.pairs[i] for i in np.flatnonzero(which.any(axis=0))))

    def _times(self, touches: Flags) -> dict[str, Numbers]:
        dt = self.experiment.sim.dt
        found: dict[str, Numbers] = {}
        for i in np.flatnonzero(touches.any(axis=0)):
            times = dt * (1.0 + np.flatnonzero(touches[:, i]))
            found[self.pairs[i]] = np.union1d(found.get(self.pairs[i], times[:0]), times)
        return found


def _first(which: Flags) -> int | None:
    """The first place that is marked."""
    return int(np.argmax(which)) if which.any() else None
