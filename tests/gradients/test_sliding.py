"""Derivatives of sliding by friction, mass, size and speed, against their formulas.

With g = 9.81 m/s^2: a sled stops after v^2 / (2 mu g); a solid ball rolls after 2 v / (7 mu g) with
5/7 of its speed, and is then 12/49 v^2 / (mu g) far. Neither mass nor size matter.
"""

from __future__ import annotations

import jax
import numpy as np
import pytest

GRAVITY, FRICTION, SLED, BALL = 9.81, 0.3, 1.0, 2.0
DURATION = 0.5  # s: the sled stops after 0.34 s, the ball rolls after 0.19 s


@pytest.fixture(scope="module", params=["exact", "implicit"])
def derivatives(simulator, request):
    """Of where the sled and the ball are in the end, and of the ball's speed, by the parameters."""
    sim = simulator("sliding", settings={"options.gradient": request.param})

    def run(params):
        def advance(state, _):
            return sim.step(params, state, np.zeros(0)), None

        steps = round(DURATION / sim.dt)
        final, _ = jax.lax.scan(jax.checkpoint(advance), sim.init(params), None, length=steps)
        sensors = sim.sense(params, final, np.zeros(0))
        return {
            "sled": sensors["sled"][0],
            "ball": sensors["ball"][0],
            "speed": sensors["ball_speed"][0],
        }

    return jax.jit(jax.jacrev(run))(sim.params())


RATE = FRICTION * GRAVITY
ROLLS = 2.0 * BALL / (7.0 * RATE)

EXPECTED = {
    ("sled", "sled_speed"): SLED / RATE,
    ("sled", "friction"): -(SLED**2) / (2.0 * RATE * FRICTION),
    ("sled", "sled_mass"): 0.0,
    ("ball", "ball_speed"): 5 / 7 * DURATION + 2.0 * (12 / 49 - 10 / 49) * BALL / RATE,
    ("ball", "friction"): -(12 / 49 - 10 / 49) * BALL**2 / (RATE * FRICTION),
    ("ball", "ball_mass"): 0.0,
    ("ball", "radius"): 0.0,
    ("ball", "sled_speed"): 0.0,
    ("speed", "ball_speed"): 5 / 7,
    ("speed", "friction"): 0.0,
    ("speed", "ball_mass"): 0.0,
    ("speed", "radius"): 0.0,
}


@pytest.mark.parametrize(("output", "parameter"), EXPECTED)
def test_derivatives_are_those_of_the_formulas(derivatives, output: str, parameter: str):
    """To the share of a step by which the slide is cut: 1 ms of 190."""
    found, expected = derivatives[output][parameter], EXPECTED[output, parameter]
    assert found == pytest.approx(expected, rel=0.01, abs=1e-6)
