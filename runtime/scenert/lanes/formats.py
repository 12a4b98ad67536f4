"""What the elementary functions need to know of each floating-point type."""

from __future__ import annotations

from dataclasses import dataclass

from scenert.lanes.program import Type


@dataclass(frozen=True)
class Format:
    """A type: its layout in bits, and how far series and reductions have to go for it.

    `terms` counts the terms of each series, `overflow` and `underflow` bound the exponents beyond
    which e^x is infinite and 0, and the reduction of angles is accurate up to `largest_angle`.
    """

    integer: Type
    mantissa: int
    bias: int
    terms: dict[str, int]
    overflow: float
    underflow: float
    largest_angle: float


FORMATS = {
    "f32": Format(
        integer="i32",
        mantissa=23,
        bias=127,
        terms={"exp": 7, "log": 4, "sin": 4, "cos": 5, "atan": 9},
        overflow=89.0,
        underflow=-104.0,
        largest_angle=2.0**16,
    ),
    "f64": Format(
        integer="i64",
        mantissa=52,
        bias=1023,
        terms={"exp": 13, "log": 11, "sin": 8, "cos": 9, "atan": 21},
        overflow=710.0,
        underflow=-746.0,
        largest_angle=2.0**29,
    ),
}
