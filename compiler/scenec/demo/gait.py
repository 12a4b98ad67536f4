"""A gait: the servos' target angles as a function of time.

It is a trot set by hand plus what a small network, driven by the same oscillator, adds to it. The
network's last layer starts at zero, so that training starts from the trot.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from scenert import Simulator, State

FREQUENCY = 4.0  # [Hz] of the steps
LEGS = np.array([0.0, 0.5, 0.5, 0.0])  # when in a cycle the legs step: fl with hr, fr with hl
SWING = 0.1  # [rad] of the shoulders, to either side
LIFT = 0.2  # [rad] by which an elbow bends further when its foot leaves the ground
LEAD = 5.5  # [rad] by which the lift is ahead of the swing
HIDDEN = 32


class Gait(NamedTuple):
    """Weights of the network: (4, HIDDEN), (HIDDEN,), (HIDDEN + 4, n_control), (n_control,)."""

    first: Array
    first_bias: Array
    last: Array
    last_bias: Array


def new_gait(sim: Simulator, key: Array) -> Gait:
    """A network that adds nothing to the trot yet."""
    return Gait(
        first=jax.random.normal(key, (4, HIDDEN)),
        first_bias=jnp.zeros(HIDDEN),
        last=jnp.zeros((HIDDEN + 4, sim.n_control)),
        last_bias=jnp.zeros(sim.n_control),
    )


def targets(gait: Gait, stance: Array, time: Array) -> Array:
    """Target angles (n_control,) [rad] at `time` [s] of a robot that stands with `stance` [rad]."""
    return stance + trot(stance, time) + correction(gait, time)


def trot(stance: Array, time: Array) -> Array:
    """The trot set by hand; servos are a shoulder and an elbow for each leg fl, fr, hl, hr."""
    phase = 2 * jnp.pi * (FREQUENCY * time + LEGS.astype(stance.dtype))
    shoulder = SWING * jnp.cos(phase)
    elbow = jnp.sign(stance[1::2]) * LIFT * jnp.maximum(jnp.sin(phase + LEAD), 0)
    return jnp.stack([shoulder, elbow], axis=-1).ravel()


def correction(gait: Gait, time: Array) -> Array:
    """What the network adds: its last layer sees the hidden layer and the oscillator itself."""
    phase = 2 * jnp.pi * FREQUENCY * time
    wave = jnp.stack([jnp.sin(phase), jnp.cos(phase), jnp.sin(2 * phase), jnp.cos(2 * phase)])
    hidden = jnp.tanh(wave @ gait.first + gait.first_bias)
    return jnp.concatenate([hidden, wave]) @ gait.last + gait.last_bias


def stance_of(sim: Simulator, state: State) -> Array:
    """The angles (n_control,) [rad] of the servos' joints in `state`."""
    joints = {joint.name: joint for joint in sim.manifest.joints}
    places = [joints[actuator.target].q[0] for actuator in sim.manifest.actuators]
    return state.q[jnp.array(places)]
