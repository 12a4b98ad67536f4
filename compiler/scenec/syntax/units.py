"""The units an author may write: each a number of SI units with its dimension."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scenec.syntax import dimension as d
from scenec.syntax.dimension import Dimension


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: `factor` SI units of `dimension`."""

    factor: float
    dimension: Dimension


_ENERGY = d.TORQUE
_PRESSURE = d.FORCE / (d.LENGTH * d.LENGTH)

UNITS: dict[str, Unit] = {
    "m": Unit(1.0, d.LENGTH),
    "cm": Unit(1e-2, d.LENGTH),
    "mm": Unit(1e-3, d.LENGTH),
    "um": Unit(1e-6, d.LENGTH),
    "km": Unit(1e3, d.LENGTH),
    "kg": Unit(1.0, d.MASS),
    "g": Unit(1e-3, d.MASS),
    "mg": Unit(1e-6, d.MASS),
    "s": Unit(1.0, d.TIME),
    "ms": Unit(1e-3, d.TIME),
    "us": Unit(1e-6, d.TIME),
    "rad": Unit(1.0, d.NUMBER),
    "deg": Unit(math.pi / 180, d.NUMBER),
    "rpm": Unit(math.pi / 30, d.RATE),
    "Hz": Unit(1.0, d.RATE),
    "kHz": Unit(1e3, d.RATE),
    "N": Unit(1.0, d.FORCE),
    "kN": Unit(1e3, d.FORCE),
    "mN": Unit(1e-3, d.FORCE),
    "J": Unit(1.0, _ENERGY),
    "kJ": Unit(1e3, _ENERGY),
    "W": Unit(1.0, _ENERGY / d.TIME),
    "Pa": Unit(1.0, _PRESSURE),
    "kPa": Unit(1e3, _PRESSURE),
    "MPa": Unit(1e6, _PRESSURE),
    "GPa": Unit(1e9, _PRESSURE),
    "%": Unit(1e-2, d.NUMBER),
}

ANGLES = ("rad", "deg")
"""Units that tell an angle from other numbers."""
