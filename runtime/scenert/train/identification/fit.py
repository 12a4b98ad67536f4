"""Least squares over recordings, with exact Jacobians, inside the parameters' bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.flatten_util import ravel_pytree
from numpy.typing import NDArray
from rich.console import Console
from scipy.optimize import least_squares

from scenert.arguments import Params
from scenert.simulator import Simulator
from scenert.train.bounds import Bounded, Limits
from scenert.train.identification.recording import Recording, check_sensors, predicted
from scenert.train.identification.report import SHARE, Identification, scatter

Numbers = NDArray[np.float64]
ENOUGH = 200  # evaluations


def identify(
    sim: Simulator,
    recordings: Recording | Sequence[Recording],
    names: Sequence[str],
    *,
    noise: Mapping[str, float] | None = None,
    bounds: Mapping[str, Limits] | None = None,
    first: Params | None = None,
    robust: bool = False,
    console: Console | None = None,
) -> Identification:
    """The values of the parameters `names` with which `sim` best reads what was recorded.

    Least squares by Levenberg and Marquardt's idea within trust regions (SciPy), on numbers that
    the bijections of `Bounded` keep inside the bounds, with Jacobians by forward differentiation
    through the whole simulation.

    noise    standard deviations of the sensors, in their units; where they are given, so are the
             deviations of the estimates. Default: residuals are relative to the root mean square
             of each sensor's readings, and what they are at the solution is taken for noise.
    bounds   in place of those in the scene
    first    where to start; default: the authored parameters
    robust   outliers count by their distance, not by its square
    console  where progress shows

    Raises ValueError for unknown names, and for recordings that do not fit the scene.
    """
    given = [recordings] if isinstance(recordings, Recording) else list(recordings)
    for each in given:
        _check(sim, each)
    free = Bounded(sim, names, bounds)
    base = sim.params() if first is None else dict(first)
    start, unravel = ravel_pytree(free.unbind(base))
    scales = _scales(given, noise)

    def residuals(params: Params) -> Array:
        return jnp.concatenate([_residuals(sim, params, each, scales) for each in given])

    search = _Search(lambda z: residuals(free.bind(unravel(z), base)), console or Console())
    solution, converged = search.solve(np.asarray(start, float), robust)
    params = free.bind(unravel(jnp.asarray(solution, start.dtype)), base)
    values, name_them = ravel_pytree({name: params[name] for name in names})

    def near(values: Array) -> Array:
        return residuals({**params, **name_them(values)})

    jacobian = np.asarray(jax.jit(jax.jacfwd(near))(values), float)
    left = search.residuals(solution)
    return _report(params, free, jacobian, left, noise is not None, search.counts, converged)


class _Search:
    """Residuals and Jacobians on the host, counted and shown; the best point is remembered."""

    def __init__(self, residuals: Callable[[Array], Array], console: Console) -> None:
        self._residuals = jax.jit(residuals)
        self._jacobian = jax.jit(jax.jacfwd(residuals))
        self._console = console
        self.evaluations = self.jacobians = 0
        self._best: tuple[float, Numbers] | None = None

    @property
    def counts(self) -> tuple[int, int]:
        return self.evaluations, self.jacobians

    def residuals(self, z: Numbers) -> Numbers:
        """Huge where the simulation has no finite end, so that the search turns back."""
        self.evaluations += 1
        found = np.asarray(self._residuals(jnp.asarray(z, jnp.result_type(float))), float)
        found = np.where(np.isfinite(found), found, 1e6)
        cost = float(found @ found)
        if self._best is None or cost < self._best[0]:
            self._best = cost, z.copy()
        return found

    def jacobian(self, z: Numbers) -> Numbers:
        self.jacobians += 1
        found = np.asarray(self._jacobian(jnp.asarray(z, jnp.result_type(float))), float)
        return np.where(np.isfinite(found), found, 0.0)

    def solve(self, start: Numbers, robust: bool) -> tuple[Numbers, bool]:
        """The solution, and whether the search ended by itself."""
        with self._console.status("identifying") as status:

            def watched(z: Numbers) -> Numbers:
                found = self.residuals(z)
                status.update(f"evaluation {self.evaluations}, residual {_rms(found):.4g}")
                return found

            try:
                done = least_squares(
                    watched,
                    start,
                    self.jacobian,
                    x_scale="jac",
                    loss="soft_l1" if robust else "linear",
                    xtol=1e-7,
                    ftol=1e-9,
                    max_nfev=ENOUGH,
                )
            except KeyboardInterrupt:
                assert self._best is not None
                return self._best[1], False
        return done.x, bool(done.status > 0)


def _residuals(
    sim: Simulator, params: Params, recording: Recording, scales: Mapping[str, float]
) -> Array:
    """Of one recording, relative to the scales; zero where nothing was recorded."""
    names = tuple(recording.readings)
    control = jnp.asarray(recording.control)
    found = predicted(sim, params, control, recording.start, names)
    parts = []
    for name in names:
        recorded = jnp.asarray(recording.readings[name], found[name].dtype)
        there = jnp.isfinite(recorded)
        error = jnp.where(there, found[name] - jnp.where(there, recorded, 0), 0)
        parts.append(jnp.ravel(error / scales[name]))
    return jnp.concatenate(parts)


def _scales(recordings: Sequence[Recording], noise: Mapping[str, float] | None) -> dict[str, float]:
    """By sensor: its noise, or the root mean square of what it read."""
    names = dict.fromkeys(name for each in recordings for name in each.readings)
    if noise is not None:
        if missing := [name for name in names if name not in noise]:
            raise ValueError(f"noise lacks the sensor {missing[0]!r}; it has {sorted(noise)}")
        return {name: float(noise[name]) for name in names}
    scales = {}
    for name in names:
        readings = [np.ravel(each.readings[name]) for each in recordings if name in each.readings]
        scales[name] = float(np.sqrt(np.nanmean(np.concatenate(readings) ** 2))) or 1.0
    return scales


def _report(
    params: dict[str, Array],
    free: Bounded,
    jacobian: Numbers,
    left: Numbers,
    absolute: bool,
    evaluations: tuple[int, int],
    converged: bool,
) -> Identification:
    chosen = {name: params[name] for name in free.names}
    values = np.asarray(ravel_pytree(chosen)[0], float)
    labels = tuple(_labels(chosen))
    sizes = np.where(values != 0, np.abs(values), 1.0)
    freedom = max(len(left) - len(values), 1)
    error = 1.0 if absolute else float(np.sqrt(left @ left / freedom))
    spread = scatter(jacobian, sizes, error)
    ends = np.cumsum([np.size(chosen[name]) for name in sorted(chosen)])
    parts = dict(zip(sorted(chosen), np.split(spread.deviation, ends[:-1]), strict=True))
    opened = tuple(
        {label: float(part) for label, part in zip(labels, row, strict=True) if abs(part) > SHARE}
        for row in spread.open
    )
    return Identification(
        params=params,
        deviation={name: parts[name].reshape(np.shape(chosen[name])) for name in free.names},
        at_bound=tuple(
            label for label, there in zip(labels, _at_bound(free, chosen), strict=True) if there
        ),
        open=opened,
        correlation=spread.correlation,
        labels=labels,
        residual=_rms(left),
        evaluations=evaluations,
        converged=converged,
    )


def _at_bound(free: Bounded, chosen: Mapping[str, Array]) -> list[bool]:
    """Which numbers are within 0.1 % of a bound,."""
    there = []
    for name in sorted(chosen):
        value = np.asarray(chosen[name], float)
        near = [
            np.isclose(value, np.asarray(x, float), rtol=1e-3, atol=0) for x in free.limits(name)
        ]
        there += np.ravel(near[0] | near[1]).tolist()
    return there


def _labels(chosen: Mapping[str, Array]) -> list[str]:
    """One label for each number, in the order in which JAX flattens a dict."""
    labels = []
    for name in sorted(chosen):
        for index in np.ndindex(np.shape(chosen[name])):
            labels.append(name + "".join(f"[{i}]" for i in index))
    return labels


def _rms(residuals: Numbers) -> float:
    return float(np.sqrt(np.mean(residuals**2)))


def _check(sim: Simulator, recording: Recording) -> None:
    check_sensors(sim, tuple(recording.readings))
    if not recording.readings:
        raise ValueError("a recording needs the readings of at least one sensor")
    steps, size = (*np.shape(recording.control), -1)[:2]
    if np.ndim(recording.control) != 2 or size != sim.n_control:
        raise ValueError(
            f"control has shape {np.shape(recording.control)}, expected (n_step, {sim.n_control})"
        )
    shapes = {sensor.name: sensor.shape for sensor in sim.manifest.sensors}
    for name, readings in recording.readings.items():
        if np.shape(readings) != (steps, *shapes[name]):
            raise ValueError(
                f"readings of {name!r} have shape {np.shape(readings)}, expected "
                f"{(steps, *shapes[name])}: one for each step of the control"
            )
