"""What motions without friction keep: and how closely the integrators keep it."""

from __future__ import annotations

import numpy as np

from tools.accuracy.free import MOMENTS, TUMBLING_BODY, body_spin
from tools.accuracy.jointed import DOUBLE_PENDULUM, PENDULUM
from tools.motion import Motion, simulate, simulator


def energy(motion: Motion) -> np.ndarray:
    """Total energy [J] at the samples."""
    return motion.energy.kinetic + motion.energy.potential


def test_a_tumbling_body_keeps_energy_and_angular_momentum_while_it_flips() -> None:
    """At 5 rad/s and 2 ms, (rate * dt)^4 is 1e-8 for each of the 20 rad that it turns by."""
    motion = simulate(simulator(TUMBLING_BODY, "rk4"), 4.0, 2e-3)
    spin = body_spin(motion)
    assert spin[:, 1].min() < -4.9
    assert spin[:, 1].max() > 4.9
    momentum = (motion.poses.rotation[:, 0] @ (spin * MOMENTS)[..., None])[..., 0]
    assert np.max(np.abs(momentum - momentum[0])) < 1e-6 * np.linalg.norm(momentum[0])
    assert np.max(np.abs(energy(motion) / energy(motion)[0] - 1.0)) < 1e-6


def test_rotation_matrices_stay_orthonormal() -> None:
    """For 20 rad: of exponentials to rounding, by Runge-Kutta to the order of the method."""
    for integrator, tolerance in (("semi_implicit", 1e-12), ("rk4", 1e-8)):
        turned = simulate(simulator(TUMBLING_BODY, integrator), 4.0, 2e-3).poses.rotation[-1, 0]
        np.testing.assert_allclose(turned @ turned.T, np.eye(3), atol=tolerance)


def test_runge_kutta_holds_the_energy_of_a_double_pendulum() -> None:
    motion = simulate(simulator(DOUBLE_PENDULUM, "rk4"), 20.0, 2e-3)
    assert np.ptp(energy(motion)) < 1e-6 * np.max(motion.energy.kinetic)


def test_semi_implicit_euler_does_not_drift_where_inertia_is_constant() -> None:
    """There it is symplectic: the energy of a pendulum sways in 20 s as it does in 2."""
    total = energy(simulate(simulator(PENDULUM), 20.0, 2e-3))
    early, late = total[:200], total[-200:]
    assert np.ptp(late) < 0.1
    assert np.ptp(late) < 1.05 * np.ptp(early)
    assert abs(late.mean() - early.mean()) < 0.05 * np.ptp(early)
