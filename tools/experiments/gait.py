"""A quadruped finds a gait: Degrave et al., section 3.3.

The controller sees the sine and the cosine of a clock of 1.5 Hz. It has two layers of 128 rectified
units; its output layer sees the last of them and the clock, and is zero at first: the robot stands
still. The loss is the negative mean speed of its torso over 10 s, and nothing else. Episodes of
10 s are cut into windows, each of which gives an update; after every 25 of them the network is
judged by an episode in which it does not change. Training is repeated from several random networks,
as gaits found through many impacts are a matter of luck.
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
from scenert import Simulator, State, rollout, save_trajectory, train
from scenert.trajectory import Policy
from tools.experiments.arm_fixed import size
from tools.experiments.plot import BLUE, GREY, plot
from tools.experiments.setting import Clock, Figures, Setting, column

STEPS = 1000  # of an evaluation, forwards and back or, for a judgement, forwards only
WINDOW = 100  # steps from one update to the next: a cycle and a half of the clock
EPISODES = 25  # of training from one judgement to the next
ROUNDS = 19  # of training and a judgement, after a first judgement: 495 evaluations
NETWORKS = 8
CLOCK = 1.5  # Hz
RATE = 2e-4
DECAY = 0.25  # of the rate, from the first update to the last
DISCOUNT = 0.99  # of the gradient per step back in time
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
        self.first = rectified(eqx.nn.Linear(2, 128, key=keys[0]), keys[0])
        self.second = rectified(eqx.nn.Linear(128, 128, key=keys[1]), keys[1])
        self.deep = train.zero_output(eqx.nn.Linear(128, 8, key=keys[2]))
        self.wide = train.zero_output(eqx.nn.Linear(2, 8, key=keys[3]))

    def __call__(self, wave: Array) -> Array:
        hidden = jax.nn.relu(self.second(jax.nn.relu(self.first(wave))))
        return self.deep(hidden) + self.wide(wave)


def rectified(layer: eqx.nn.Linear, key: Array) -> eqx.nn.Linear:
    """`layer` with the random weights and the zero biases of He et al. (2015), with which signals
    keep their size from one layer of rectified units to the next.

    Without biases, twice the clock's wave gives twice the output, and half a turn of the clock
    switches about half of the units on and the others off.
    """
    weight = jax.nn.initializers.he_uniform(in_axis=1, out_axis=0)(key, layer.weight.shape)
    zero = jnp.zeros_like(layer.bias)
    return eqx.tree_at(lambda layer: (layer.weight, layer.bias), layer, (weight, zero))


def run(setting: Setting) -> Figures:
    sim = scenec.compile(BODY)
    results, clocks = [], []
    for seed in range(setting.short(NETWORKS, 2)):
        clock = Clock()
        with clock.running():
            results.append(learn(setting, sim, seed, f"quadruped-gait-{seed}"))
        clocks.append(clock)
    judgements = [judged(setting, result) for result in results]
    shipped = learn(setting, setting.scene("quadruped"), 0, "quadruped-gait-shipped")
    order = np.argsort([-speeds.max() for _, speeds in judgements])
    draw(setting, judgements)
    save_trajectory(
        setting.folder / "quadruped-gait.npz", sim, walk(setting, sim, results[order[0]].best)
    )
    return {
        "parameters": size(results[0].model),
        "evaluations": int(judgements[0][0][-1]),
        "judgements": len(judgements[0][0]),
        "networks": len(results),
        "beyond": sum(bool(speeds.max() > PUBLISHED) for _, speeds in judgements),
        "best": figures(setting, results[order[0]]),
        "last_median": float(np.median([speeds[-1] for _, speeds in judgements])),
        "median": float(np.median([speeds.max() for _, speeds in judgements])),
        "worst": float(judgements[order[-1]][1].max()),
        "shipped": figures(setting, shipped),
        "all": [figures(setting, result) for result in results],
        "cpu_seconds_this_run": sum(clock.cpu for clock in clocks),
    }


def judged(setting: Setting, result: train.Result) -> tuple[np.ndarray, np.ndarray]:
    """After how many evaluations, judgements included, which speeds were judged."""
    judgements, every = column(result, "judged"), judging(setting)
    rounds = np.arange(len(judgements) // every + 1)
    speeds = -np.concatenate([judgements[:1], judgements[every - 1 :: every]])
    return rounds * (setting.short(EPISODES, 1) + 1) + 1, speeds


def figures(setting: Setting, result: train.Result) -> Figures:
    """Of one training."""
    evaluations, speeds = judged(setting, result)
    beyond = np.flatnonzero(speeds > PUBLISHED)
    return {
        "first_speed": speeds[0],
        "best_speed": float(speeds.max()),
        "best_at": int(evaluations[speeds.argmax()]),
        "last_speed": speeds[-1],
        "beyond_at": int(evaluations[beyond[0]]) if len(beyond) else None,
        "seconds": result.metrics[-1]["seconds"],
    }


def controller(sim: Simulator) -> Policy:
    """The servos' angles: those of the stance, and what the network adds to them."""
    stance = stance_of(sim, sim.init(sim.params()))

    def policy(network: Any, sensors: Any, carry: None, t: Array) -> tuple[Array, None]:  # noqa: ARG001
        phase = 2 * jnp.pi * CLOCK * t
        return stance + network(jnp.stack([jnp.sin(phase), jnp.cos(phase)])), carry

    return policy


def walk(setting: Setting, sim: Simulator, network: Any) -> State:
    """The states of an episode."""
    params = sim.params()
    steps = setting.short(STEPS, 20)
    _, states = rollout(
        sim, controller(sim), params, sim.init(params), steps, policy_params=network
    )
    return states


def learn(setting: Setting, sim: Simulator, seed: int, name: str) -> train.Result:
    """Train the network that the seed draws, in a folder of that name."""

    def cost(state: State, *_: Any) -> Array:
        return -state.v[3]  # the speed of the torso

    updates = setting.short(ROUNDS, 2) * judging(setting)
    method = train.windows(
        sim,
        controller(sim),
        cost,
        optax.adam(optax.exponential_decay(RATE, updates, DECAY)),
        horizon=setting.short(WINDOW, 10),
        episode=setting.short(STEPS, 20),
        discount=DISCOUNT,
        every=judging(setting),
    )
    return setting.train(name, method, Controller(jax.random.key(seed)), updates)


def judging(setting: Setting) -> int:
    """Updates from one judgement to the next."""
    return setting.short(EPISODES * STEPS // WINDOW, 2)


def draw(setting: Setting, judgements: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """The fastest gait so far over evaluations, one line for each network."""
    best = max(judgements, key=lambda each: float(each[1].max()))
    labels = {"xlabel": "evaluations", "ylabel": "fastest so far, mean over 10 s [m/s]"}
    with plot(setting.folder / "quadruped-gait.png", **labels) as axes:
        for each in judgements:
            style = {"color": GREY, "linewidth": 1.0}
            if each is best:
                style = {"color": BLUE, "linewidth": 1.6, "label": "fastest network"}
            axes.plot(each[0], np.maximum.accumulate(each[1]), **style)
        axes.axhline(PUBLISHED, color="black", linewidth=1.0, linestyle=":", label="Degrave et al.")
