"""A giant football is thrown so that it lies still 10 m away after 5 s: Degrave et al., 2.1.1.

Six numbers are sought: velocity and spin at the start. The ball, once thrown with backspin, bounces
and slides to a stop; where it rolls at the end, it passes the goal with the speed that brought it
there, and the landscape between the two is a curved valley.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

from scenert import Simulator, rollout, save_trajectory, train
from tools.experiments.evolution import generations
from tools.experiments.plot import BLUE, GREY, ORANGE, plot
from tools.experiments.setting import Clock, Figures, Setting, first_below

STEPS = 500
GOAL = (10.0, 0.0, 0.5)  # m
SPEED = 3.0  # weight of (m/s)^2 beside m^2
SPIN_UNIT = 4.0  # rad/s that count as much as 1 m/s, so that one rate suits all six numbers
TOLERANCE = 0.01  # m and m/s
PUBLISHED = 88  # iterations


def run(setting: Setting) -> Figures:
    sim = setting.scene("ball")
    clock, evolution = Clock(), Clock()
    with clock.running():
        result = descend(setting, sim)
    errors = np.array([line["error"] for line in result.metrics])
    with evolution.running():
        curve = evolve(setting, sim)
    solved = next((row for row in curve if row[1] < TOLERANCE), None)
    play(setting, sim, result.model)
    draw(setting, errors, curve)
    return {
        "iterations": first_below(errors, TOLERANCE),
        "seconds": clock.seconds,
        "cpu_seconds": clock.cpu,
        "compile_seconds": result.metrics[0]["seconds"],
        "position_error": result.metrics[-1]["position"],
        "velocity_error": result.metrics[-1]["velocity"],
        "throw": throw(result.model, np).tolist(),
        "cma_evaluations": None if solved is None else solved[0],
        "cma_seconds": evolution.seconds,
        "cma_cpu_seconds": evolution.cpu,
        "cma_error": curve[-1][1],
    }


def throw(model: Any, xp: Any = jnp) -> Any:
    """Velocity [m/s] and spin [rad/s], a row each."""
    return xp.stack([model[:3], SPIN_UNIT * model[3:]])


def errors_of(sim: Simulator, model: Array) -> tuple[Array, Array]:
    """How far the ball is from the goal [m], and how far from rest [m/s], (3,) and (6,)."""
    velocity, spin = throw(model)
    params = {**sim.params(), "velocity": velocity, "spin": spin}
    final, _ = rollout(sim, None, params, sim.init(params), STEPS, outputs=lambda *_: None)
    surface = params["radius"] * final.v[:3]
    return final.q[:3] - jnp.array(GOAL), jnp.concatenate([final.v[3:], surface])


def loss_of(sim: Simulator) -> train.Loss:
    def loss(model: Array, _: Array) -> tuple[Array, dict[str, Array]]:
        place, motion = errors_of(sim, model)
        told = {"position": norm(place), "velocity": norm(motion)}
        error = jnp.maximum(told["position"], told["velocity"])
        return place @ place + SPEED * motion @ motion, {**told, "error": error}

    return loss


def norm(x: Array) -> Array:
    return jnp.sqrt(x @ x)


def descend(setting: Setting, sim: Simulator) -> train.Result:
    """Gradient descent with momentum and a decaying rate, from the throw in the scene."""
    params = sim.params()
    start = jnp.concatenate([params["velocity"], params["spin"] / SPIN_UNIT])
    rate = optax.exponential_decay(0.05, 1, 0.97)
    method = train.descent(loss_of(sim), optax.sgd(rate, 0.9), clip=10.0)

    def arrived(metrics: Any) -> bool:
        return bool(metrics["error"] < TOLERANCE)

    return setting.train("ball", method, start, setting.short(300, 3), arrived)


def evolve(setting: Setting, sim: Simulator) -> list[tuple[int, float]]:
    """The lowest error after so many evaluations, by CMA-ES from the same throw."""
    loss = loss_of(sim)

    def judged(model: Array) -> tuple[Array, Array]:
        value, told = loss(model, jnp.zeros(()))
        return value, told["error"]

    params = sim.params()
    start = np.concatenate([params["velocity"], params["spin"] / SPIN_UNIT]).astype(float)
    curve = []
    for evaluations, _, error in generations(judged, start, 1.0):
        curve.append((evaluations, error))
        if error < TOLERANCE or evaluations >= setting.short(20_000, 20):
            return curve
    raise AssertionError("generations never end")


def play(setting: Setting, sim: Simulator, model: Array) -> None:
    """The throw, to be watched."""
    velocity, spin = throw(model)
    params = {**sim.params(), "velocity": velocity, "spin": spin}
    _, states = rollout(sim, None, params, sim.init(params), STEPS)
    save_trajectory(setting.folder / "ball.npz", sim, states, params=params)


def draw(setting: Setting, errors: np.ndarray, curve: list[tuple[int, float]]) -> None:
    labels = {"xlabel": "evaluations of the model", "ylabel": "error [m or m/s]"}
    with plot(setting.folder / "ball.png", **labels, xscale="log", yscale="log") as axes:
        axes.plot(np.arange(1, len(errors) + 1), errors, color=BLUE, label="gradient descent")
        axes.plot(*zip(*curve, strict=True), color=ORANGE, label="CMA-ES")
        axes.axhline(TOLERANCE, color="black", linewidth=0.8, linestyle=":", label="goal")
        axes.axvline(PUBLISHED, color=GREY, linewidth=0.8, linestyle=":", label="Degrave et al.")
