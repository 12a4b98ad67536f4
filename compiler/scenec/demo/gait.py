"""A gait as a function of time: an oscillator, a small network, and the servos' target angles.

The network's last layer starts at zero, so that training starts from standing still.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from scenert import Simulator, State

FREQUENCY = 1.5  # [Hz] of the oscillator
HIDDEN = 32


class Gait(NamedTuple):
    """Weights of the network: (4, HIDDEN), (HIDDEN,), (HIDDEN + 4, n_control), (n_control,)."""

    first: Array
    first_bias: Array
    last: Array
    last_bias: Array


def new_gait(sim: Simulator, key: Array) -> Gait:
    """A gait that stands still."""
    return Gait(
        first=jax.random.normal(key, (4, HIDDEN)),
        first_bias=jnp.zeros(HIDDEN),
        last=jnp.zeros((HIDDEN + 4, sim.n_control)),
        last_bias=jnp.zeros(sim.n_control),
    )


def targets(gait: Gait, time: Array) -> Array:
    """Target angles (n_control,) [rad] at `time` [s], relative to the standing pose.

    The oscillator's first two harmonics feed the hidden layer, and both feed the last one.
    """
    phase = 2 * jnp.pi * FREQUENCY * time
    wave = jnp.stack([jnp.sin(phase), jnp.cos(phase), jnp.sin(2 * phase), jnp.cos(2 * phase)])
    hidden = jnp.tanh(wave @ gait.first + gait.first_bias)
    return jnp.concatenate([hidden, wave]) @ gait.last + gait.last_bias


def standing_pose(sim: Simulator, state: State) -> Array:
    """The angles (n_control,) of the servos' joints in `state`."""
    joints = {joint.name: joint for joint in sim.manifest.joints}
    starts = [joints[actuator.target].q[0] for actuator in sim.manifest.actuators]
    return state.q[jnp.array(starts)]
