"""Short-horizon actor-critic: backpropagation over a few steps, and a critic for what comes after.

Xu et al., "Accelerated policy learning with parallel differentiable simulation", ICLR 2022. The
gradient of a long episode through contact is noisy; that of a short window with the value of its
last state is not, and the critic, learned along the way, carries the credit from window to window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jax import Array

from scenert.simulator import Simulator
from scenert.state import State
from scenert.train.bptt import Begin, authored
from scenert.train.critic import Window, blend, fit, td
from scenert.train.descent import select
from scenert.train.devices import over_devices
from scenert.train.fleet import Fleet, Robot
from scenert.train.judged import judged
from scenert.train.method import Learner, Method, Metrics
from scenert.train.tricks import clip_to_norm, global_norm
from scenert.trajectory import Policy, Sensors, rollout, unroll

StepCost = Callable[[State, Sensors, Array], Array]
Alive = Callable[[State, Sensors], Array]


class ActorCritic(NamedTuple):
    """The model that SHAC trains.

    actor   what the policy takes as its parameters
    critic  critic(readings (n_sensor,)) -> () the discounted costs to come
    """

    actor: Any
    critic: Any


def shac(
    sim: Simulator,
    policy: Policy,
    cost: StepCost,
    *,
    actor: optax.GradientTransformation,
    critic: optax.GradientTransformation,
    robots: int = 64,
    horizon: int = 32,
    episode: int = 1024,
    start: Begin | None = None,
    alive: Alive | None = None,
    discount: float = 0.99,
    trace: float = 0.95,
    fits: int = 16,
    smoothing: float = 0.8,
    clip: float = 1.0,
    every: int | None = None,
) -> Method:
    """Train an `ActorCritic` on many robots at once, a window of `horizon` steps per update.

    policy     policy(actor, sensors, carry, t) -> (control, carry)
    cost       cost(state, sensors, control) of a step, a scalar
    actor, critic   optimizers
    episode    steps after which a robot starts anew, a multiple of `horizon`
    start      start(model, key) -> Start of an episode, as `bptt` takes it
    alive      alive(state, sensors) -> bool: where it is False the episode ends with this step
    discount   of costs to come, per step
    trace      lambda of the critic's TD(lambda) targets
    fits       steps of the critic on the window's targets
    smoothing  what the target critic keeps of itself in an update
    clip       L2 norm to which both gradients are clipped
    every      updates from one judgement to the next; default: the windows of an episode

    The metric `loss` is the mean cost per step of the window. Windows differ in what part of an
    episode they show, so models are judged by `robots` whole episodes, as `judged` has it: by what
    these cost before they end, per step of `episode`. Raises ValueError where an episode is not a
    whole number of windows.
    """
    method = _Shac(
        sim=sim,
        policy=policy,
        cost=cost,
        actor=optax.chain(clip_to_norm(clip), actor),
        critic=optax.chain(clip_to_norm(clip), critic),
        fleet=Fleet(sim, authored(sim) if start is None else start, robots, horizon, episode),
        alive=alive or (lambda state, sensors: jnp.bool_(True)),  # noqa: ARG005
        discount=discount,
        trace=trace,
        fits=fits,
        smoothing=smoothing,
    )
    often = episode // horizon if every is None else every
    return judged(Method(method.init, method.update), method.whole, every=often, batch=robots)


@dataclass(frozen=True)
class _Shac:
    """The method, with what `shac` was told."""

    sim: Simulator
    policy: Policy
    cost: StepCost
    actor: optax.GradientTransformation
    critic: optax.GradientTransformation
    fleet: Fleet
    alive: Alive
    discount: float
    trace: float
    fits: int
    smoothing: float

    def init(self, model: ActorCritic, key: Array) -> Learner:
        """All before the first window."""
        key, now = jax.random.split(key)
        memory = {
            "actor": self.actor.init(eqx.filter(model.actor, eqx.is_inexact_array)),
            "critic": self.critic.init(eqx.filter(model.critic, eqx.is_inexact_array)),
            "target": model.critic,
            "robots": self.fleet.launched(model, now),
        }
        return Learner.new(model, memory, key)

    def update(self, learner: Learner) -> tuple[Learner, Metrics]:
        """One window of all robots, one step of the actor, some of the critic."""
        key, now = jax.random.split(learner.key)
        model, memory = learner.model, dict(learner.memory)
        batch = memory.pop("robots")
        gradient_of = over_devices(self._gradient, self.fleet.robots)
        (gradient, value), (after, shown) = gradient_of((model.actor, memory["target"]), batch)
        learned, kept, error = self._learn(model, memory, gradient, shown)
        norm = global_norm(gradient)
        sound = jnp.isfinite(norm) & jnp.isfinite(value)
        model, memory = select(sound, (learned, kept), (model, memory))
        batch = self.fleet.renewed(model, now, after, (shown.alive[:, -1] == 0) | ~sound)
        stepped = learner._replace(
            model=model, memory={**memory, "robots": batch}, key=key, updates=learner.updates + 1
        )
        told = {"loss": value, "gradient_norm": norm, "skipped": 1.0 - sound}
        return stepped, {**told, "critic_error": error}

    def whole(self, model: ActorCritic, key: Array) -> Array:
        """What one robot's episode costs before it ends, per step of `episode`."""
        params, state, carry = self.fleet.start(model, key)
        arguments = (self.sim, self.policy, params, state, self.fleet.episode)
        _, (costs, lives) = rollout(
            *arguments, policy_params=model.actor, carry=carry, outputs=self._told
        )
        return jnp.mean(_before(jnp.cumprod(lives)) * costs)

    def _gradient(self, model: tuple[Any, Any], batch: Robot) -> tuple[Any, Any]:
        """Of the mean price to the actor, the mean cost; the robots after the window, and it."""

        def mean(actor: Any) -> tuple[Array, tuple[Robot, Window]]:
            prices, rest = jax.vmap(self._price, (None, None, 0))(actor, model[1], batch)
            return jnp.mean(prices), rest

        gradient, (after, shown) = eqx.filter_grad(mean, has_aux=True)(model[0])  # type: ignore[no-untyped-call]
        return (gradient, jnp.mean(shown.cost)), (after, shown)

    def _price(self, actor: Any, target: Any, robot: Robot) -> tuple[Array, tuple[Robot, Window]]:
        """What a window costs per step, with what the target critic says comes after it."""
        after, shown = self._window(actor, robot)
        horizon = self.fleet.horizon
        weights = self.discount ** jnp.arange(horizon) * _before(shown.alive)
        rest = self.discount**horizon * shown.alive[-1] * target(shown.observation[-1])
        return (weights @ shown.cost + rest) / horizon, (after, shown)

    def _window(self, actor: Any, robot: Robot) -> tuple[Robot, Window]:
        """One robot after the window, and what it showed."""

        def outputs(state: State, sensors: Sensors, control: Array) -> tuple[Array, ...]:
            return self._flat(sensors), *self._told(state, sensors, control)

        arguments = (self.sim, self.policy, robot.params, robot.moment, self.fleet.horizon)
        end, (seen, costs, lives) = unroll(*arguments, policy_params=actor, outputs=outputs)
        last = self._flat(self.sim.sense(robot.params, end.state, end.control))
        observation = jnp.concatenate([seen, last[None]])
        return Robot(robot.params, end), Window(observation, costs, jnp.cumprod(lives))

    def _told(self, state: State, sensors: Sensors, control: Array) -> tuple[Array, Array]:
        """What a step costs, and whether the episode goes on after it."""
        cost = self.cost(state, sensors, control)
        return cost, self.alive(state, sensors).astype(cost.dtype)

    def _flat(self, sensors: Sensors) -> Array:
        """All readings in one vector: what the critic sees."""
        return jnp.concatenate([jnp.ravel(sensors[name]) for name in self.sim.sensors])

    def _learn(
        self, model: ActorCritic, memory: Any, gradient: Any, shown: Window
    ) -> tuple[ActorCritic, Any, Array]:
        """Actor and critic after the window, what is remembered of them, the critic's error."""
        trained = eqx.filter(model.actor, eqx.is_inexact_array)
        change, actor_memory = self.actor.update(gradient, memory["actor"], trained)

        def targets(window: Window) -> Array:
            return td(window, memory["target"], self.discount, self.trace)

        sought = jnp.ravel(jax.vmap(targets)(shown))
        seen = shown.observation[:, :-1].reshape(len(sought), -1)
        critic, critic_memory, error = fit(
            model.critic, memory["critic"], self.critic, seen, sought, self.fits
        )
        kept = {
            "actor": actor_memory,
            "critic": critic_memory,
            "target": blend(memory["target"], critic, self.smoothing),
        }
        return ActorCritic(eqx.apply_updates(model.actor, change), critic), kept, error


def _before(alive: Array) -> Array:
    """Whether the episode went on before each step, of whether it does after it."""
    return jnp.concatenate([jnp.ones(1, alive.dtype), alive[:-1]])
