"""Identification on the ball on a spring, whose motion is known in closed form."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import scenert
from scenert import train

STEPS = 200


@pytest.fixture(scope="module")
def truth(sim: scenert.Simulator) -> dict[str, jax.Array]:
    changed = {"mass": 3.0, "stiffness": 80.0, "stretch": 0.2}
    return {**sim.params(), **{name: jnp.float32(value) for name, value in changed.items()}}


@pytest.fixture(scope="module")
def pushes() -> np.ndarray:
    """A force along x that changes every 20 steps."""
    table = np.zeros((STEPS, 3))
    table[:, 0] = np.repeat(np.random.default_rng(0).normal(size=STEPS // 20) * 10, 20)
    return table


def test_pushed_springs_tell_everything(sim: scenert.Simulator, truth, pushes, quiet):
    names = ["stiffness", "mass", "stretch"]
    recording = train.record(sim, truth, pushes, sensors=["position"])
    found = train.identify(sim, recording, names, console=quiet)
    assert found.converged
    assert found.identified
    for name in names:
        assert found.params[name] == pytest.approx(float(truth[name]), rel=1e-4)
        assert found.deviation[name] < 1e-3 * truth[name]
    assert "stiffness  80" in str(found)


def test_free_springs_leave_the_ratio_open(sim: scenert.Simulator, truth, quiet):
    """Without a known force, mass and stiffness show in their ratio only."""
    recording = train.record(sim, truth, np.zeros((STEPS, 3)), sensors=["position"])
    found = train.identify(sim, recording, ["mass", "stiffness", "stretch"], console=quiet)
    ratio = float(found.params["stiffness"] / found.params["mass"])
    assert ratio == pytest.approx(80 / 3, rel=1e-3)
    (direction,) = found.open
    assert direction == pytest.approx({"mass": 0.707, "stiffness": 0.707}, abs=0.01) or (
        direction == pytest.approx({"mass": -0.707, "stiffness": -0.707}, abs=0.01)
    )
    assert np.isinf(found.deviation["mass"])
    assert found.deviation["stretch"] < 1e-3
    assert "does not show" in str(found)
    assert "not identified" in str(found)


def test_deviations_are_those_of_repeated_experiments(sim: scenert.Simulator, truth, pushes, quiet):
    first = {**truth, "stiffness": jnp.float32(50.0), "mass": jnp.float32(2.0)}
    estimates, deviations = [], []
    for seed in range(8):
        recording = train.record(
            sim, truth, pushes, sensors=["position"], noise=0.01, key=jax.random.key(seed)
        )
        noise = {"position": 0.01} if seed % 2 else None
        found = train.identify(
            sim, recording, ["stiffness", "mass"], noise=noise, first=first, console=quiet
        )
        estimates.append([float(found.params[name]) for name in ("stiffness", "mass")])
        deviations.append([float(found.deviation[name]) for name in ("stiffness", "mass")])
    errors = (np.array(estimates) - [80, 3]) / np.array(deviations)
    assert 0.5 < np.sqrt(np.mean(errors**2)) < 1.6
    known, estimated = np.array(deviations[1::2]), np.array(deviations[::2])
    assert estimated.mean(axis=0) == pytest.approx(known.mean(axis=0), rel=0.2)


def test_estimates_stay_inside_the_bounds(sim: scenert.Simulator, truth, pushes, quiet):
    stiff = {**truth, "stiffness": jnp.float32(120.0)}  # the scene allows 1 to 100
    recording = train.record(sim, stiff, pushes, sensors=["position"])
    found = train.identify(sim, recording, ["stiffness"], first=truth, console=quiet)
    assert found.params["stiffness"] == pytest.approx(100, rel=1e-3)
    assert found.at_bound == ("stiffness",)
    assert "stiffness is at its bound" in str(found)
    wider = train.identify(
        sim, recording, ["stiffness"], first=truth, bounds={"stiffness": (1, 1000)}, console=quiet
    )
    assert wider.params["stiffness"] == pytest.approx(120, rel=1e-4)


def test_missing_readings_and_outliers(sim: scenert.Simulator, truth, pushes, quiet):
    recording = train.record(sim, truth, pushes, sensors=["position"])
    position = np.array(recording.readings["position"])
    position[::3] = np.nan
    position[50:60] += 1.0
    broken = recording._replace(readings={"position": position})
    start = {**truth, "stiffness": jnp.float32(50.0)}
    noise = {"position": 0.001}
    arguments = (sim, broken, ["stiffness"])
    found = train.identify(*arguments, noise=noise, first=start, robust=True, console=quiet)
    plain = train.identify(*arguments, noise=noise, first=start, console=quiet)
    assert found.params["stiffness"] == pytest.approx(80, rel=1e-2)
    assert abs(found.params["stiffness"] - 80) < abs(plain.params["stiffness"] - 80)


def test_recordings_that_do_not_fit_are_refused(sim: scenert.Simulator, truth, quiet):
    fine = train.record(sim, truth, np.zeros((5, 3)), sensors=["position"])
    with pytest.raises(ValueError, match="did you mean 'mass'"):
        train.identify(sim, fine, ["masss"], console=quiet)
    with pytest.raises(ValueError, match="sensor 'positions'; did you mean 'position'"):
        train.identify(sim, fine._replace(readings={"positions": 0}), ["mass"], console=quiet)
    with pytest.raises(ValueError, match=r"expected \(n_step, 3\)"):
        train.identify(sim, fine._replace(control=np.zeros((5, 2))), ["mass"], console=quiet)
    with pytest.raises(ValueError, match="one for each step"):
        train.identify(sim, fine._replace(control=np.zeros((6, 3))), ["mass"], console=quiet)
    with pytest.raises(ValueError, match="not inside its bounds"):
        train.identify(sim, fine, ["mass"], bounds={"mass": (5, 6)}, console=quiet)
    with pytest.raises(ValueError, match="nothing is between"):
        train.identify(sim, fine, ["mass"], bounds={"mass": (6, 5)}, console=quiet)
    with pytest.raises(ValueError, match="noise lacks the sensor 'position'"):
        train.identify(sim, fine, ["mass"], noise={"height": 1.0}, console=quiet)


@pytest.mark.parametrize(
    ("limits", "value"),
    [
        ((1.0, 100.0), 50.0),
        ((0.5, jnp.inf), 2.0),
        ((-jnp.inf, 3.0), 2.0),
        ((-jnp.inf, jnp.inf), 0.3),
    ],
)
def test_bijections_map_all_numbers_inside(sim: scenert.Simulator, limits, value):
    free = train.Bounded(sim, ["mass"], {"mass": limits})
    numbers = free.unbind({"mass": jnp.float32(value)})
    assert free.bind(numbers)["mass"] == pytest.approx(value, rel=1e-6)
    for z in (-20.0, -1.0, 0.0, 3.0, 20.0):
        bound = free.bind({"mass": jnp.float32(z)})["mass"]
        assert limits[0] <= bound <= limits[1]
        slope = jax.grad(lambda z: free.bind({"mass": z})["mass"])(jnp.float32(z))
        assert np.isfinite(slope)
    assert free.bind(numbers)["stretch"] == sim.params()["stretch"]


def test_robot_and_controller_are_trained_together(sim: scenert.Simulator, quiet):
    free = train.Bounded(sim, ["mass"])
    model = {"bias": jnp.float32(0.0), "design": free.unbind(sim.params())}

    def start(model, key):
        params = free.bind(model["design"])
        return train.Start(params, sim.init(params))

    def push(model, sensors, carry, t):
        return jnp.full(3, model["bias"]), carry

    loss = train.bptt(sim, push, lambda state, *_: -state.v[4], 20, start=start)
    result = train.run(train.descent(loss, optax.sgd(1.0)), model, 20, console=quiet)
    assert result.model["bias"] > 1
    assert 0.5 < free.bind(result.model["design"])["mass"] < 2
