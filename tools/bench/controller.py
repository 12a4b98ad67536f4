"""The quadruped's controllers: 81 readings -> 16 outputs -> targets of 8 servos.

They are written for any array library `xp`, so that all engines run the same ones.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

LAYERS = {"1,296 parameters": (81, 16), "1,147,904 parameters": (81, 1024, 1024, 16)}
STANCE = np.array([0.2, -0.4, 0.2, -0.4, -0.2, 0.4, -0.2, 0.4], np.float32)  # rad
SWING = 0.15  # rad, largest distance of a target from the stance

STEP = 0.01  # s
FREQUENCY = 1.5  # Hz, of the clock


def weights(layers: tuple[int, ...]) -> list[np.ndarray]:
    """Random weight matrices, without biases, small enough for a calm gait."""
    random = np.random.default_rng(0)
    scaled = [random.normal(size=pair) / np.sqrt(pair[0]) for pair in pairwise(layers)]
    return [matrix.astype(np.float32) for matrix in scaled]


def targets(xp: Any, matrices: Any, readings: Any) -> Any:
    """Target angles (..., 8) [rad] from readings (..., 81)."""
    x = readings
    for matrix in matrices[:-1]:
        x = xp.maximum(x @ matrix, 0)
    y = x @ matrices[-1]
    return STANCE + SWING * xp.tanh(y[..., :8] + 0.1 * y[..., 8:])


def readings(xp: Any, time: Any, position: Any, velocity: Any) -> Any:
    """81 readings (..., 81) for engines without sensors of their own.

    position (..., 15): place (3), quaternion w, x, y, z, joint angles (8); velocity (..., 14).
    """
    angles, speeds = position[..., 7:], velocity[..., 6:]
    phases = 2 * np.pi * FREQUENCY * time * np.arange(1, 9, dtype=np.float32)
    clock = xp.concatenate([xp.sin(phases), xp.cos(phases)])
    parts = [
        angles,
        0.1 * speeds,
        *(wave(factor * angles) for factor in (1, 2) for wave in (xp.sin, xp.cos)),
        _rotation(xp, position[..., 3:7]),
        velocity[..., :6],
        position[..., 2:3],
        xp.broadcast_to(clock, (*angles.shape[:-1], 16)),
        xp.ones_like(angles[..., :1]),
    ]
    return xp.concatenate(parts, -1)


def _rotation(xp: Any, quaternion: Any) -> Any:
    """The nine entries of the rotation matrix, row by row."""
    w, x, y, z = (quaternion[..., i] for i in range(4))
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return xp.stack([entry for row in rows for entry in row], -1)
