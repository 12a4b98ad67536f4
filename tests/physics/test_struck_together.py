"""A beam that stands on the ground with one end falls onto the other, without a bounce.

Both ends are at ±l from the centre, and neither has friction. So the centre moves up and down only,
at l ω cos θ, and the tilt θ falls with the energy

    m g l sin θ + (I + m l² cos² θ) ω² / 2

until the other end strikes at θ = 0, with the speed 2 l ω. Its impulse alone would give the first
end the speed 2 l ω (I - m l²) / (I + m l²). Where most of the mass is beyond the ends, I > m l²,
that is upwards: the beam goes on over the second end, with

    ω' = (I - m l²) / (I + m l²) ω

and the square of that factor is what is left of the energy. Otherwise the first end is pressed
down, the ground throws nothing back, and the beam comes to rest at once.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from tools.motion import COMPILER_OPTIONS, parameters, simulator

STEPS, STEP = 300, 1e-3  # s

BEAM = """
scenec: 1
params: {half: 40 cm, tilt: 0.2, mass: 1.5 kg, moment: MOMENT, pull: 9.81 m/s^2, size: 3 cm}
options: {impacts: continuous, gravity: [0, 0, -pull]}
world: {planes: {ground: {}}}
bodies:
  beam:
    root: planar
    mass: mass
    inertia: [moment, moment, moment]
    position: [0, 0, size + half * sin(tilt)]
    rotation: {axis: [0, 1, 0], angle: tilt}
    spheres: [{center: [half, 0, 0], radius: size}, {center: [-half, 0, 0], radius: size}]
pairs: [{between: [beam, ground], friction: 0}]
"""
NAMES = ("half", "tilt", "mass", "moment", "pull")


def kept(x: dict[str, Array]) -> Array:
    """The energy (1,) after the blow."""
    lever = x["mass"] * x["half"] ** 2
    share = jnp.maximum(x["moment"] - lever, 0.0) / (x["moment"] + lever)
    return (x["mass"] * x["pull"] * x["half"] * jnp.sin(x["tilt"]) * share**2)[None]


@pytest.mark.parametrize("moment", [0.6, 0.08], ids=["goes on", "comes to rest"])
def test_what_strikes_and_what_it_presses_come_to_rest_together(moment: float) -> None:
    sim = simulator(BEAM.replace("MOMENT", str(moment)))

    def energy(x: dict[str, Array]) -> Array:
        params, control = {**parameters(sim, STEP), **x}, jnp.zeros(0)
        state = sim.init(params)
        state = jax.lax.fori_loop(0, STEPS, lambda _, s: sim.step(params, s, control), state)
        lying = params["mass"] * params["pull"] * params["size"]
        return (sum(sim.energy(params, state)) - lying)[None]

    x = {name: parameters(sim, STEP)[name] for name in NAMES}
    both = [lambda x, run=run: (run(x), jax.jacfwd(run)(x)) for run in (energy, kept)]
    (found, slopes), (exact, exact_slopes) = (
        jax.jit(run, compiler_options=COMPILER_OPTIONS)(x) for run in both
    )
    fell = float(x["mass"] * x["pull"] * x["half"] * np.sin(x["tilt"]))
    np.testing.assert_allclose(found, exact, atol=1e-4 * fell)
    for name in NAMES:
        off = 1e-3 * fell / float(x[name])
        np.testing.assert_allclose(slopes[name], exact_slopes[name], atol=off, err_msg=name)
