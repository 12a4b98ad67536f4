"""Irrational constants to 200 bits, and how they are split into floating-point numbers."""

from __future__ import annotations

from fractions import Fraction

_BITS = 200


def _inverse_tangent(n: int) -> Fraction:
    """atan(1/n) by its power series."""
    total, power, term = Fraction(0), Fraction(1, n), 0
    while power > Fraction(1, 1 << _BITS):
        total += (-1) ** term * power / (2 * term + 1)
        power /= n * n
        term += 1
    return _rounded(total)


def _logarithm_of_two() -> Fraction:
    """log 2 = sum of 1 / (n 2^n)."""
    return _rounded(sum((Fraction(1, n << n) for n in range(1, _BITS)), Fraction(0)))


def _rounded(x: Fraction) -> Fraction:
    return Fraction(round(x * (1 << _BITS)), 1 << _BITS)


HALF_PI = 8 * _inverse_tangent(5) - 2 * _inverse_tangent(239)
"""pi / 2, by Machin's formula."""
LN2 = _logarithm_of_two()
"""log 2."""


def leading_parts(x: Fraction, bits: int, count: int) -> list[float]:
    """`count` floating-point numbers of `bits` bits each, the leading ones first, that sum to x."""
    parts = []
    for _ in range(count):
        part = _leading(x, bits)
        parts.append(float(part))
        x -= part
    return parts


def _leading(x: Fraction, bits: int) -> Fraction:
    scale = Fraction(1)
    while abs(x * scale) < 1 << (bits - 1):
        scale *= 2
    while abs(x * scale) >= 1 << bits:
        scale /= 2
    return Fraction(round(x * scale)) / scale
