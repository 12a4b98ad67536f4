"""An arm of 4 joints reaches for a fixed point: Degrave et al., section 3.2.1."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

from scenert import Simulator, rollout, save_trajectory, train
from tools.experiments.evolution import generations
from tools.experiments.plot import BLUE, ORANGE, POINT, plot
from tools.experiments.setting import Clock, Figures, Setting, column, first_below

STEPS = 800
EVALUATIONS = 200


def run(setting: Setting) -> Figures:
    sim, clock, evolution = setting.scene("arm"), Clock(), Clock()
    with clock.running():
        result = descend(setting, sim)
    with evolution.running():
        curve = evolve(setting, sim)
    ends = column(result, "end")
    play(setting, sim, result.best)
    draw(setting, ends, curve)
    return {
        "parameters": size(result.model),
        "evaluations": len(ends),
        "start": ends[0],
        "below_4_cm": first_below(ends, 0.04),
        "below_1_cm": first_below(ends, 0.01),
        "best_by_100": float(ends[:100].min()),
        "best_by_150": float(ends[:150].min()),
        "best_millimetres": 1000 * float(ends[:150].min()),
        "seconds_per_update": (result.metrics[-1]["seconds"] - result.metrics[0]["seconds"])
        / (len(ends) - 1),
        "lowest_loss": float(column(result, "loss").min()),
        "seconds": clock.seconds,
        "cpu_seconds": clock.cpu,
        "cma_evaluations": curve[-1][0],
        "cma_start": curve[0][1],
        "cma_below_4_cm": next((n for n, end in curve if end < 0.04), None),
        "cma_below_1_cm": next((n for n, end in curve if end < 0.01), None),
        "cma_end": curve[-1][1],
        "cma_seconds": evolution.seconds,
    }


def controller() -> eqx.nn.MLP:
    """1 input, 2 hidden layers of 128, 4 outputs: 17,284 parameters."""
    return train.zero_output(eqx.nn.MLP(1, 4, 128, 2, key=jax.random.key(0)))


def size(model: Any) -> int:
    """The number of its parameters."""
    return sum(x.size for x in jax.tree.leaves(eqx.filter(model, eqx.is_array)))


def policy(model: Any, sensors: dict[str, Array], carry: None, _: Array) -> tuple[Array, None]:
    return model(jnp.ravel(sensors["distance"])), carry


def distance(_: Any, sensors: dict[str, Array], __: Any) -> Array:
    """Between the tip and its goal [m]."""
    return jnp.ravel(sensors["distance"])[0]


def distances(sim: Simulator, model: Any) -> Array:
    """The distances of an episode, step by step."""
    params = sim.params()
    _, found = rollout(
        sim,
        policy,
        params,
        sim.init(params),
        STEPS,
        policy_params=model,
        outputs=distance,
    )
    return found  # type: ignore[no-any-return]


def descend(setting: Setting, sim: Simulator) -> train.Result:
    def loss(model: Any, _: Array) -> tuple[Array, dict[str, Array]]:
        along = distances(sim, model)
        return jnp.mean(along), {"end": along[-1]}

    method = train.descent(loss, optax.adam(1e-3))
    return setting.train("arm-fixed", method, controller(), setting.short(EVALUATIONS, 2))


def evolve(setting: Setting, sim: Simulator) -> list[tuple[int, float]]:
    """The distance at the end, of the best controller so far, by CMA-ES."""
    arrays, static = eqx.partition(controller(), eqx.is_array)
    start, rebuild = jax.flatten_util.ravel_pytree(arrays)

    def judged(x: Array) -> tuple[Array, Array]:
        along = distances(sim, eqx.combine(rebuild(x), static))
        return jnp.mean(along), along[-1]

    curve = []
    for evaluations, _, end in generations(
        judged, np.asarray(start, float), 0.1, population=128, diagonal=True
    ):
        curve.append((evaluations, end))
        if evaluations >= setting.short(60_000, 1):
            return curve
    raise AssertionError("generations never end")


def play(setting: Setting, sim: Simulator, model: Any) -> None:
    """The best controller at work, to be watched."""
    params = sim.params()
    _, states = rollout(sim, policy, params, sim.init(params), STEPS, policy_params=model)
    save_trajectory(setting.folder / "arm-fixed.npz", sim, states)


def draw(setting: Setting, ends: np.ndarray, curve: list[tuple[int, float]]) -> None:
    labels = {"xlabel": "evaluations of the model", "ylabel": "distance after 8 s [m]"}
    with plot(setting.folder / "arm-fixed.png", **labels, xscale="log", yscale="log") as axes:
        axes.plot(np.arange(1, len(ends) + 1), ends, color=BLUE, label="gradient descent")
        axes.plot(*zip(*curve, strict=True), color=ORANGE, label="CMA-ES, diagonal")
        axes.plot([100, 150], [0.04, 0.01], color="black", label="Degrave et al.", **POINT)
