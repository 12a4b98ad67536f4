"""Dimensions and units."""

from __future__ import annotations

import math

import pytest

from scenec.syntax import dimension as d
from scenec.syntax.units import UNITS


@pytest.mark.parametrize(
    ("dimension", "unit"),
    [
        (d.NUMBER, "1"),
        (d.RATE, "1/s"),
        (d.SPEED, "m/s"),
        (d.ACCELERATION, "m/s^2"),
        (d.INERTIA, "kg m^2"),
        (d.TORQUE, "N m"),
        (d.MASS / d.LENGTH**3, "kg/m^3"),
        (d.SOFTNESS, "m/N"),
    ],
)
def test_the_si_unit_of_a_dimension(dimension: d.Dimension, unit: str) -> None:
    assert dimension.unit == unit


def test_newton_times_metre_is_a_torque() -> None:
    assert UNITS["N"].dimension * UNITS["m"].dimension == d.TORQUE == UNITS["J"].dimension


def test_a_degree_is_a_number() -> None:
    assert UNITS["deg"].dimension == d.NUMBER
    assert 180 * UNITS["deg"].factor == pytest.approx(math.pi)


def test_sixty_turns_a_minute_are_two_pi_a_second() -> None:
    assert 60 * UNITS["rpm"].factor == pytest.approx(2 * math.pi)
