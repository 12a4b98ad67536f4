"""Dimensions: what kind of quantity a number is, as powers of length, mass and time.

Angles have none: a radian is a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Dimension:
    """Powers of length, mass and time."""

    length: Fraction = Fraction(0)
    mass: Fraction = Fraction(0)
    time: Fraction = Fraction(0)

    def __mul__(self, other: Dimension) -> Dimension:
        return Dimension(self.length + other.length, self.mass + other.mass, self.time + other.time)

    def __truediv__(self, other: Dimension) -> Dimension:
        return self * other**-1

    def __pow__(self, power: Fraction | int) -> Dimension:
        return Dimension(self.length * power, self.mass * power, self.time * power)

    @property
    def unit(self) -> str:
        """The SI unit of this dimension, as in `kg m^2`; "1" for a number."""
        return _SI_NAMES.get(self) or _product(self)

    @property
    def noun(self) -> str:
        """What an author calls it, with its article: "a mass", "a length"."""
        return _NOUNS.get(self) or f"a quantity in {self.unit}"


NUMBER = Dimension()
LENGTH = Dimension(length=Fraction(1))
MASS = Dimension(mass=Fraction(1))
TIME = Dimension(time=Fraction(1))
RATE = NUMBER / TIME
SPEED = LENGTH / TIME
ACCELERATION = SPEED / TIME
FORCE = MASS * ACCELERATION
TORQUE = FORCE * LENGTH
INERTIA = MASS * LENGTH * LENGTH
SOFTNESS = LENGTH / FORCE
ANGULAR_DAMPING = TORQUE * TIME
LINEAR_DAMPING = FORCE * TIME / LENGTH

_SI_NAMES = {NUMBER: "1", FORCE: "N", TORQUE: "N m", SOFTNESS: "m/N"} | {
    ANGULAR_DAMPING: "N m s",
    LINEAR_DAMPING: "N s/m",
}
_NOUNS = {
    NUMBER: "a number without dimension",
    LENGTH: "a length",
    MASS: "a mass",
    TIME: "a time",
    RATE: "a rate (1/s)",
    SPEED: "a speed",
    ACCELERATION: "an acceleration",
    FORCE: "a force",
    TORQUE: "a torque",
    INERTIA: "a moment of inertia",
    SOFTNESS: "a softness (m/N)",
    ANGULAR_DAMPING: "an angular damping (N m s)",
    LINEAR_DAMPING: "a damping (N s/m)",
    LENGTH**2: "an area",
    LENGTH**3: "a volume",
    MASS / LENGTH**3: "a density",
    MASS / LENGTH: "a mass per length",
}


def _product(dimension: Dimension) -> str:
    powers = (("kg", dimension.mass), ("m", dimension.length), ("s", dimension.time))
    above = [_power(unit, power) for unit, power in powers if power > 0]
    below = [_power(unit, -power) for unit, power in powers if power < 0]
    return "/".join([" ".join(above) or "1", *below])


def _power(unit: str, power: Fraction) -> str:
    if power == 1:
        return unit
    return f"{unit}^{power}" if power.denominator == 1 else f"{unit}^({power})"
