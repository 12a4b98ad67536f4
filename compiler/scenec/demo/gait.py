"""A gait: the servos' target angles as a function of time.

It is a trot set by hand plus what a small network, driven by the same oscillator, adds to it. The
network's last layer starts at zero, so that training starts from the trot.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax import Array

from scenert import Simulator, State, train

FREQUENCY = 4.0  # [Hz] of the steps
LEGS = np.array([0.0, 0.5, 0.5, 0.0])  # when in a cycle the legs step: fl with hr, fr with hl
SWING = 0.1  # [rad] of the shoulders, to either side
LIFT = 0.2  # [rad] by which an elbow bends further when its foot leaves the ground
LEAD = 5.5  # [rad] by which the lift is ahead of the swing
HIDDEN = 32


def new_gait(sim: Simulator, key: Array) -> eqx.nn.MLP:
    """A network that adds nothing to the trot yet."""
    return train.zero_output(eqx.nn.MLP(4, sim.n_control, HIDDEN, 1, jnp.tanh, key=key))


def targets(gait: eqx.nn.MLP, stance: Array, time: Array) -> Array:
    """Target angles (n_control,) [rad] at `time` [s] of a robot that stands with `stance` [rad]."""
    phase = 2 * jnp.pi * FREQUENCY * time
    wave = jnp.stack([jnp.sin(phase), jnp.cos(phase), jnp.sin(2 * phase), jnp.cos(2 * phase)])
    return stance + trot(stance, time) + gait(wave)


def trot(stance: Array, time: Array) -> Array:
    """The trot set by hand; servos are a shoulder and an elbow for each leg fl, fr, hl, hr."""
    phase = 2 * jnp.pi * (FREQUENCY * time + LEGS.astype(stance.dtype))
    shoulder = SWING * jnp.cos(phase)
    elbow = jnp.sign(stance[1::2]) * LIFT * jnp.maximum(jnp.sin(phase + LEAD), 0)
    return jnp.stack([shoulder, elbow], axis=-1).ravel()


def stance_of(sim: Simulator, state: State) -> Array:
    """The angles (n_control,) [rad] of the servos' joints in `state`."""
    joints = {joint.name: joint for joint in sim.manifest.joints}
    places = [joints[actuator.target].q[0] for actuator in sim.manifest.actuators]
    return state.q[jnp.array(places)]
