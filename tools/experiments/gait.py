"""A quadruped finds a gait: Degrave et al., section 3.3.

The controller sees the sine and the cosine of a clock of 1.5 Hz. It has two layers of 128 rectified
units; its output layer sees the last of them and the clock, and is zero at first: the robot stands
still. The loss is the negative mean speed of its torso over 10 s, and nothing else. Training is
repeated from several random networks, as gaits found through many impacts are a matter of luck.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

import scenec
from scenec.demo.gait import stance_of
from scenert import Simulator, rollout, save_trajectory, train
from tools.experiments.arm_fixed import size
from tools.experiments.plot import BLUE, GREY, plot
from tools.experiments.setting import Clock, Figures, Setting, column

STEPS = 1000
EVALUATIONS = 500
NETWORKS = 8
CLOCK = 1.5  # Hz
PERIOD = 200  # steps: three cycles of the clock, after which the targets repeat
RATE = 6e-4
DISCOUNT = 0.985  # of the gradient per step back in time: to 1/e in 0.66 s, a cycle of the clock
RISE = 0.2  # [m/s] by which a gait may be slower than the fastest before training goes back
PUBLISHED = 1.17  # m/s
BODY = Path(__file__).parent / "leaper.yaml"


class Controller(eqx.Module):
    """Two hidden layers; the output sees the last of them and the inputs: 17,952 parameters."""

    first: eqx.nn.Linear
    second: eqx.nn.Linear
    deep: eqx.nn.Linear
    wide: eqx.nn.Linear

    def __init__(self, key: Array) -> None:
        keys = jax.random.split(key, 4)
        self.first = eqx.nn.Linear(2, 128, key=keys[0])
        self.second = eqx.nn.Linear(128, 128, key=keys[1])
        self.deep = train.zero_output(eqx.nn.Linear(128, 8, key=keys[2]))
        self.wide = train.zero_output(eqx.nn.Linear(2, 8, key=keys[3]))

    def __call__(self, wave: Array) -> Array:
        hidden = jax.nn.relu(self.second(jax.nn.relu(self.first(wave))))
        return self.deep(hidden) + self.wide(wave)


def run(setting: Setting) -> Figures:
    sim = scenec.compile(BODY)
    results, clocks = [], []
    for seed in range(setting.short(NETWORKS, 2)):
        clock = Clock()
        with clock.running():
            results.append(learn(setting, sim, seed, f"quadruped-gait-{seed}"))
        clocks.append(clock)
    speeds = [column(result, "speed") for result in results]
    shipped = learn(setting, setting.scene("quadruped"), 0, "quadruped-gait-shipped")
    order = np.argsort([-each.max() for each in speeds])
    draw(setting, speeds)
    save_trajectory(
        setting.folder / "quadruped-gait.npz", sim, walk(setting, sim, results[order[0]].best)
    )
    return {
        "parameters": size(results[0].model),
        "updates": len(speeds[0]),
        "networks": len(results),
        "beyond": sum(bool(each.max() > PUBLISHED) for each in speeds),
        "best": figures(results[order[0]]),
        "median": float(np.median([each.max() for each in speeds])),
        "worst": float(speeds[order[-1]].max()),
        "shipped": figures(shipped),
        "all": [figures(result) for result in results],
        "cpu_seconds_this_run": sum(clock.cpu for clock in clocks),
    }


def figures(result: train.Result) -> Figures:
    """Of one training."""
    speeds = column(result, "speed")
    beyond = np.flatnonzero(speeds > PUBLISHED)
    return {
        "first_speed": speeds[0],
        "best_speed": float(speeds.max()),
        "best_at": int(speeds.argmax()) + 1,
        "beyond_at": int(beyond[0]) + 1 if len(beyond) else None,
        "seconds": result.metrics[-1]["seconds"],
    }


def walk(setting: Setting, sim: Simulator, model: Any, outputs: Any = None) -> Any:
    """The outputs of an episode's steps. The network is asked once for each of the PERIOD moments
    that repeat."""
    params = sim.params()
    start = sim.init(params)
    phase = 2 * jnp.pi * CLOCK * 0.01 * jnp.arange(PERIOD)
    waves = jnp.stack([jnp.sin(phase), jnp.cos(phase)], axis=-1)
    table = stance_of(sim, start) + jax.vmap(model)(waves)

    def policy(table: Array, _: Any, carry: None, t: Array) -> tuple[Array, None]:
        return table[jnp.round(t / 0.01).astype(int) % PERIOD], carry

    _, found = rollout(
        sim,
        policy,
        params,
        start,
        setting.short(STEPS, 20),
        policy_params=table,
        outputs=outputs,
        discount=DISCOUNT,
    )
    return found


def learn(setting: Setting, sim: Simulator, seed: int, name: str) -> train.Result:
    """Train the network that the seed draws, in a folder of that name."""

    def loss(model: Any, _: Array) -> tuple[Array, dict[str, Array]]:
        speed = jnp.mean(walk(setting, sim, model, lambda state, *_: state.v[3]))
        return -speed, {"speed": speed}

    method = train.retreat(train.descent(loss, optax.adam(RATE)), RISE)
    model = Controller(jax.random.key(seed))
    return setting.train(name, method, model, setting.short(EVALUATIONS, 2))


def draw(setting: Setting, speeds: list[np.ndarray]) -> None:
    """The fastest gait so far over evaluations, one line for each network."""
    fastest = [np.maximum.accumulate(each) for each in speeds]
    best = max(fastest, key=lambda each: float(each[-1]))
    labels = {"xlabel": "evaluations", "ylabel": "fastest so far, mean over 10 s [m/s]"}
    with plot(setting.folder / "quadruped-gait.png", **labels) as axes:
        for each in fastest:
            style = {"color": GREY, "linewidth": 1.0}
            if each is best:
                style = {"color": BLUE, "linewidth": 1.6, "label": "fastest network"}
            axes.plot(np.arange(1, len(each) + 1), each, **style)
        axes.axhline(PUBLISHED, color="black", linewidth=1.0, linestyle=":", label="Degrave et al.")
