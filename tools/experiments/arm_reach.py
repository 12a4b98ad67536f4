"""The arm reaches for any point, told only where it is: Degrave et al., section 3.2.2.

The controller is open loop: it sees the goal, which does not change, and therefore holds the four
target angles that it gives to begin with. The network is asked once in an episode.
"""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

from scenert import Simulator, rollout, save_trajectory, train
from tools.experiments.arm_fixed import STEPS, distance, size
from tools.experiments.plot import BLUE, ORANGE, POINT, plot
from tools.experiments.setting import Clock, Figures, Setting, column, first_below

UPDATES = 2563
BATCH = 128
RATE = 1e-3
AVERAGED = 16  # updates, each with goals of its own, over which errors are averaged


def run(setting: Setting) -> Figures:
    sim = setting.scene("arm")
    large = train_network(setting, sim, "arm-reach", width=setting.short(1024, 8), depth=3)
    small = train_network(setting, sim, "arm-reach-small", width=setting.short(128, 8), depth=2)
    play(setting, sim, large[0].model)
    draw(setting, large[0], small[0])
    return {"large": figures(*large), "small": figures(*small), "batch": BATCH}


def figures(result: train.Result, clock: Clock) -> Figures:
    mean, end = smooth(column(result, "loss")), smooth(column(result, "end"))
    updates = len(result.metrics)
    return {
        "parameters": size(result.model),
        "updates": updates,
        "seconds_per_update": result.metrics[-1]["seconds"] / updates,
        "cpu_seconds_this_run": clock.cpu,
        "start": mean[0],
        "mean_at_last": mean[-1],
        "end_by_576_cm": 100 * float(end[: 576 - AVERAGED + 1][-1]),
        "end_at_last_cm": 100 * end[-1],
        "end_below_10_cm": shifted(first_below(end, 0.10)),
        "end_below_5_cm": shifted(first_below(end, 0.05)),
    }


def smooth(values: np.ndarray) -> np.ndarray:
    """Means of AVERAGED updates one after another."""
    width = min(AVERAGED, len(values))
    return np.convolve(values, np.full(width, 1 / width), "valid")


def shifted(index: int | None) -> int | None:
    """The update at which a mean that begins at `index` is complete."""
    return None if index is None else index + AVERAGED - 1


def goal(key: Array) -> Array:
    """A point (3,) [m], uniform in the ball of 1 m that the arm reaches."""
    return jax.random.ball(key, 3)


def policy(_: Any, __: Any, carry: Array, ___: Array) -> tuple[Array, Array]:
    """The target angles that the network gave when the episode began."""
    return carry, carry


def start_of(sim: Simulator) -> Any:
    def start(model: Any, key: Array) -> train.Start:
        params = {**sim.params(), "target": goal(key)}
        return train.Start(params, sim.init(params), model(params["target"]))

    return start


def train_network(
    setting: Setting, sim: Simulator, name: str, width: int, depth: int
) -> tuple[train.Result, Clock]:
    start = start_of(sim)

    def loss(model: Any, key: Array) -> tuple[Array, dict[str, Array]]:
        params, state, carry = start(model, key)
        _, along = rollout(
            sim,
            policy,
            params,
            state,
            STEPS,
            carry=carry,
            outputs=distance,
        )
        return jnp.mean(along), {"end": along[-1]}

    optimizer = optax.chain(optax.adam(RATE), train.scale_by_value())
    method = train.descent(loss, optimizer, batch=setting.short(BATCH, 2))
    network = train.zero_output(eqx.nn.MLP(3, 4, width, depth, key=jax.random.key(0)))
    clock = Clock()
    with clock.running():
        result = setting.train(name, method, network, setting.short(UPDATES, 2))
    return result, clock


def play(setting: Setting, sim: Simulator, model: Any) -> None:
    """Four goals, side by side."""

    def states(key: Array) -> tuple[Any, Any]:
        params, state, carry = start_of(sim)(model, key)
        return rollout(sim, policy, params, state, STEPS, carry=carry)[1], params

    together, params = jax.vmap(states)(jax.random.split(jax.random.key(7), 4))
    save_trajectory(setting.folder / "arm-reach.npz", sim, together, params=params)


def draw(setting: Setting, large: train.Result, small: train.Result) -> None:
    labels = {"xlabel": "updates", "ylabel": "distance [m]", "yscale": "log"}
    with plot(setting.folder / "arm-reach.png", **labels) as axes:
        for result, color in ((large, BLUE), (small, ORANGE)):
            name = f"{size(result.model):,} parameters"
            mean, end = smooth(column(result, "loss")), smooth(column(result, "end"))
            axes.plot(mean, color=color, label=f"{name}, mean of 8 s")
            axes.plot(end, color=color, linestyle="--", label=f"{name}, after 8 s")
        axes.plot([576, 2563], [0.1, 0.05], color="black", label="Degrave et al.", **POINT)
