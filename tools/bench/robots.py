"""Our simulators in closed loop, as their users run them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

import scenec
import scenert
from tools.bench import controller

SCENES = Path(__file__).resolve().parents[2] / "scenes"


def quadruped(gradient: str = "exact") -> scenert.Simulator:
    """The shipped quadruped, with a kind of `options.gradient`."""
    return scenec.compile(SCENES / "quadruped.yaml", settings={"options.gradient": gradient})


def spread(sim: scenert.Simulator, batch: int) -> scenert.State:
    """A batch of robots at the start, with slightly different velocities."""
    start = sim.init(sim.params())
    pushes = 0.01 * np.random.default_rng(1).normal(size=(batch, start.v.size))
    return jax.vmap(lambda push: start.replace(v=start.v + push))(
        jnp.asarray(pushes, start.v.dtype)
    )


def walk(sim: scenert.Simulator, steps: int) -> Callable[[Any, scenert.State], scenert.State]:
    """walk(weights, states): the states after `steps` steps under the controller."""
    params = sim.params()

    def policy(weights: Any, sensors: Any, carry: None, _: Array) -> tuple[Array, None]:
        flat = jnp.concatenate([jnp.ravel(sensors[name]) for name in sim.sensors])
        return controller.targets(jnp, weights, flat), carry

    def one(weights: Any, state: scenert.State) -> scenert.State:
        final, _ = scenert.rollout(
            sim, policy, params, state, steps, policy_params=weights, outputs=lambda *_: None
        )
        return final

    return jax.vmap(one, (None, 0))


def coast(sim: scenert.Simulator, steps: int) -> Callable[[Any, scenert.State], scenert.State]:
    """coast(params, states): the states after `steps` steps without control."""

    def one(params: Any, state: scenert.State) -> scenert.State:
        return scenert.rollout(sim, None, params, state, steps, outputs=lambda *_: None)[0]

    return jax.vmap(one, (None, 0))


def gradient(run: Callable[[Any, scenert.State], scenert.State]) -> Callable[..., Any]:
    """The gradient of the mean of the first coordinate, to `run`'s first argument."""
    return jax.value_and_grad(lambda first, states: jnp.mean(run(first, states).q[:, 0]))


def deepest_foot(sim: scenert.Simulator, batch: int, steps: int) -> float:
    """How far the feet of walking robots sink into the ground at most [mm]."""
    feet = [name for name in sim.sensors if name.endswith(".foot")]
    weights = [jnp.asarray(w) for w in controller.weights(controller.LAYERS["1,296 parameters"])]

    def policy(weights: Any, sensors: Any, carry: None, _: Array) -> tuple[Array, None]:
        flat = jnp.concatenate([jnp.ravel(sensors[name]) for name in sim.sensors])
        return controller.targets(jnp, weights, flat), carry

    def lowest(_: Any, sensors: Any, __: Any) -> Array:
        return jnp.min(jnp.stack([sensors[foot][2] for foot in feet]))

    def heights(state: scenert.State) -> Array:
        arguments = (sim, policy, sim.params(), state, steps)
        return scenert.rollout(*arguments, policy_params=weights, outputs=lowest)[1]

    foot = next(i for i, s in enumerate(sim.manifest.spheres) if s.body != "torso")
    radius = sim.geometry(sim.params()).radius[foot]
    return float(1000 * (radius - jnp.min(jax.jit(jax.vmap(heights))(spread(sim, batch)))))


def mass(sim: scenert.Simulator) -> float:
    """Mass of everything that moves [kg]: what lifting it by a metre costs."""
    state = sim.init(sim.params())
    lifted = state.replace(q=state.q.at[2].add(1.0))
    costs = [sim.energy(sim.params(), each).potential for each in (lifted, state)]
    return float(costs[0] - costs[1]) / 9.81
