"""A quadruped finds a gait: Degrave et al., section 3.3.

The controller sees the sine and the cosine of a clock of 1.5 Hz. It has two layers of 128 rectified
units; its output layer sees the last of them and the clock, and is zero at first. It is trained
three times: from standing still, as in the paper; around a trot set by hand; and around the trot
with batches of robots that are pushed a little at the start, as the paper's discussion proposes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

from scenec.demo.gait import LEGS, stance_of
from scenert import Simulator, State, rollout, save_trajectory, train
from tools.experiments.arm_fixed import size
from tools.experiments.plot import BLUE, GREY, ORANGE, plot
from tools.experiments.setting import Clock, Figures, Setting, column

STEPS = 1000
EVALUATIONS = 500
CLOCK = 1.5  # Hz
PERIOD = 200  # steps: three cycles of the clock, after which the targets repeat


@dataclass(frozen=True)
class Trot:
    """Set by hand: frequency [Hz], swing of the shoulders and lift by the elbows [rad], and how far
    [rad] the lift is ahead of the swing. Diagonal legs move together."""

    frequency: float
    swing: float
    lift: float
    lead: float

    def targets(self, stance: Array) -> Array:
        """What it adds to the stance in each of PERIOD steps, (PERIOD, 8) [rad]."""
        time = 0.01 * jnp.arange(PERIOD)[:, None]
        phase = 2 * jnp.pi * (self.frequency * time + LEGS)
        shoulder = self.swing * jnp.cos(phase)
        elbow = jnp.sign(stance[1::2]) * self.lift * jnp.maximum(jnp.sin(phase + self.lead), 0)
        return jnp.stack([shoulder, elbow], axis=-1).reshape(PERIOD, 8)


@dataclass(frozen=True)
class Attempt:
    """How one training goes: its start, the rate, the discount, and what posture costs.

    sinking   [m/s] for the square of the share of its height that the torso loses
    tilting   [m/s] for 1 - cos of the torso's tilt
    robots    of a batch
    push      [m/s, rad/s] standard deviation of their velocities at the start
    """

    trot: Trot
    rate: float
    discount: float
    sinking: float
    tilting: float
    robots: int = 1
    push: float = 0.0


HAND = Trot(frequency=6.0, swing=0.15, lift=0.33, lead=5.3)
ATTEMPTS = {
    "standing": Attempt(Trot(HAND.frequency, 0.0, 0.0, 0.0), 1e-4, 0.95, 1000.0, 100.0),
    "trot": Attempt(HAND, 1e-4, 0.95, 1000.0, 100.0),
    "batch": Attempt(HAND, 1e-4, 0.95, 1000.0, 100.0, robots=16, push=0.03),
}


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
    sim = setting.scene("quadruped")
    results = {}
    for name, attempt in ATTEMPTS.items():
        clock = Clock()
        with clock.running():
            result = learn(setting, sim, name, attempt)
        results[name] = (result, clock)
    draw(setting, {name: column(result, "speed") for name, (result, _) in results.items()})
    best = max(results, key=lambda name: float(column(results[name][0], "speed").max()))
    play(setting, sim, ATTEMPTS[best], results[best][0].best)
    found = {name: figures(result, clock) for name, (result, clock) in results.items()}
    return {"parameters": size(results[best][0].model), **found}


def figures(result: train.Result, clock: Clock) -> Figures:
    speeds = column(result, "speed")
    return {
        "updates": len(speeds),
        "first_speed": speeds[0],
        "best_speed": float(speeds.max()),
        "best_at": int(speeds.argmax()) + 1,
        "last_speed": speeds[-1],
        "seconds": result.metrics[-1]["seconds"],
        "cpu_seconds_this_run": clock.cpu,
    }


def targets(attempt: Attempt, stance: Array, model: Any) -> Array:
    """Target angles in each of PERIOD steps, (PERIOD, 8) [rad]."""
    phase = 2 * jnp.pi * CLOCK * 0.01 * jnp.arange(PERIOD)
    waves = jnp.stack([jnp.sin(phase), jnp.cos(phase)], axis=-1)
    return stance + attempt.trot.targets(stance) + jax.vmap(model)(waves)


def policy(table: Array, _: Any, carry: None, t: Array) -> tuple[Array, None]:
    """The network is asked once for each of the PERIOD moments that repeat."""
    return table[jnp.round(t / 0.01).astype(int) % PERIOD], carry


def walk(
    setting: Setting, sim: Simulator, attempt: Attempt, model: Any, key: Array, outputs: Any
) -> Any:
    """The outputs of an episode's steps, from the start with a random push."""
    params = sim.params()
    start = sim.init(params)
    table = targets(attempt, stance_of(sim, start), model)
    push = attempt.push * jax.random.normal(key, start.v.shape, start.v.dtype)
    _, found = rollout(
        sim,
        policy,
        params,
        start.replace(v=start.v + push),
        setting.short(STEPS, 20),
        policy_params=table,
        outputs=outputs,
        discount=attempt.discount,
    )
    return found


def learn(setting: Setting, sim: Simulator, name: str, attempt: Attempt) -> train.Result:
    height = sim.init(sim.params()).q[2]

    def posture(state: State, _: Any, __: Any) -> tuple[Array, Array]:
        sunk, tilt = jnp.minimum(state.q[2] / height - 1, 0), 1 - state.q[11]
        return state.v[3], attempt.sinking * sunk**2 + attempt.tilting * tilt

    def loss(model: Any, key: Array) -> tuple[Array, dict[str, Array]]:
        speed, price = walk(setting, sim, attempt, model, key, posture)
        return jnp.mean(price - speed), {"speed": jnp.mean(speed)}

    method = train.descent(loss, optax.adam(attempt.rate), batch=attempt.robots)
    model = Controller(jax.random.key(0))
    return setting.train(f"quadruped-gait-{name}", method, model, setting.short(EVALUATIONS, 2))


def play(setting: Setting, sim: Simulator, attempt: Attempt, model: Any) -> None:
    """The gait of the lowest loss, to be watched."""
    states = walk(setting, sim, attempt, model, jax.random.key(0), None)
    save_trajectory(setting.folder / "quadruped-gait.npz", sim, states)


def draw(setting: Setting, speeds: dict[str, np.ndarray]) -> None:
    labels = {"xlabel": "updates", "ylabel": "mean speed over 10 s [m/s]"}
    with plot(setting.folder / "quadruped-gait.png", **labels) as axes:
        for (name, values), color in zip(speeds.items(), (GREY, ORANGE, BLUE), strict=True):
            axes.plot(np.arange(1, len(values) + 1), values, color=color, label=f"from: {name}")
        axes.axhline(1.17, color="black", linewidth=0.8, linestyle=":", label="Degrave et al.")
