"""Whether the derivatives by one input are what its differences and secants say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from scenert.checking.experiment import Flags, Numbers
from scenert.checking.probe import Interval

NEAR_TOLERANCE = 1e-4  # of a derivative: how far differences may be off
FINITE_TOLERANCE = 0.05  # of a derivative: how far the mean over an interval may be off its secant
ROUNDING = 1e-12  # of an output: what its last digits may be off after many steps
NEGLIGIBLE = (1e-6, 1e-4)  # of an output: what an input's whole size may do to it, near and finite
NOTHING = 1e-12  # of an output: an effect of rounding


class Verdict(StrEnum):
    """What is to be said of the derivatives by one input, from bad to good."""

    NOT_FINITE = "not finite"
    DIFFERS = "differs"  # from the differences: it is not the derivative of the program
    JUMPS = "jumps"  # what comes out jumps, which the derivative of the program cannot see
    FORKS = "forks"  # the motion itself jumps, whatever the timestep: see `scenert.checking.forks`
    ROUGH = "rough"  # changes so fast nearby that its mean over an interval cannot be found
    FLAT = "flat"  # zero here, with an effect farther off
    NO_PATH = "no path"  # zero, because nothing in the program depends on it
    INERT = "inert"  # zero, and without effect at any distance that was tried
    KINK = "kink"  # differs on both sides; the derivative is that of one side, or between them
    AGREES = "agrees"


@dataclass(frozen=True)
class Judgement:
    """The verdict on one input, and the output (its place) that decides it.

    exact       the derivative by reverse differentiation
    difference  the nearest to it of the differences
    interval    the interval that decides, and None where none was needed
    """

    verdict: Verdict
    output: int
    exact: float
    difference: float
    interval: Interval | None


def judge(
    exact: Numbers,
    value: Numbers,
    near: Sequence[Interval],
    finite: Sequence[Interval],
    size: float,
    continuous: Flags,
) -> Judgement:
    """The verdict on the derivatives `exact` (n_out,) by an input of the given size.

    value       (n_out,) what comes out where nothing is displaced
    near        intervals around 0, whose secants are the differences
    finite      intervals over which the mean of the derivative shall be the secant
    continuous  (n_out,) for which outputs it shall
    """
    everything = [exact, value, *(x.mean for x in finite), *(x.secant for x in (*near, *finite))]
    if not all(np.isfinite(numbers).all() for numbers in everything):
        bad = ~np.isfinite(np.stack(everything)).all(axis=0)
        place = int(np.argmax(bad))
        return Judgement(Verdict.NOT_FINITE, place, float(exact[place]), np.nan, None)
    misses, differences, allowed = _near_misses(exact, value, near, size)
    off = misses > allowed
    kinks = off & _between(exact, value, near, allowed)
    if np.any(off & ~kinks):
        place = _worst(misses, allowed, off & ~kinks)
        return _judged(Verdict.DIFFERS, place, exact, differences, near[0])
    missed = [(_most_missed(value, x, size, continuous), x) for x in finite]
    for (place, _), x in missed:
        if x.jump is not None:
            return _judged(Verdict.JUMPS, place, exact, differences, x)
    if np.any(kinks):
        place = _worst(misses, allowed, kinks)
        return _judged(Verdict.KINK, place, exact, differences, near[-1])
    for (place, tolerances), x in missed:
        if tolerances > 1.0:
            return _judged(Verdict.ROUGH, place, exact, differences, x)
    effect = np.abs(exact) * size / (1.0 + np.abs(value))
    place = int(np.argmax(effect)) if effect.size else 0
    verdict = Verdict.AGREES if np.any(effect > NOTHING) else Verdict.INERT
    return _judged(verdict, place, exact, differences, finite[-1] if finite else None)


def missing(value: Numbers, over: Interval, size: float) -> Numbers:
    """By how many tolerances (n_out,) the mean derivative over an interval misses the secant."""
    missed: Numbers = np.abs(over.secant - over.mean) / allowance(value, over.secant, size)
    return missed


def allowance(value: Numbers, secant: Numbers, size: float) -> Numbers:
    """By how much (n_out,) the mean derivative may miss a secant."""
    floor = NEGLIGIBLE[1] * (1.0 + np.abs(value)) / size
    allowed: Numbers = FINITE_TOLERANCE * np.abs(secant) + floor
    return allowed


def _near_misses(
    exact: Numbers, value: Numbers, near: Sequence[Interval], size: float
) -> tuple[Numbers, Numbers, Numbers]:
    """How far the best of the differences is off, that difference, and how far it may be."""
    secants = np.stack([x.secant for x in near])
    rounding = np.stack([ROUNDING * (1.0 + np.abs(value)) / (x.b - x.a) for x in near])
    floor = NEGLIGIBLE[0] * (1.0 + np.abs(value)) / size
    allowed = NEAR_TOLERANCE * np.maximum(np.abs(secants), np.abs(exact)) + rounding + floor
    misses = np.abs(secants - exact)
    best = np.argmin(misses / allowed, axis=0)
    pick = (best, np.arange(exact.size))
    return misses[pick], secants[pick], allowed[pick]


def _between(exact: Numbers, value: Numbers, near: Sequence[Interval], allowed: Numbers) -> Flags:
    """Where the derivative lies between the differences of both sides, for one of the steps."""
    found = np.zeros(exact.size, bool)
    for x in near:
        if x.a < 0 < x.b:
            left, right = (value - x.low) / -x.a, (x.high - value) / x.b
            low, high = np.minimum(left, right) - allowed, np.maximum(left, right) + allowed
            found |= (low <= exact) & (exact <= high)
    return found


def _most_missed(
    value: Numbers, over: Interval, size: float, continuous: Flags
) -> tuple[int, float]:
    """The output (its place) whose secant the mean misses most, and by how many tolerances."""
    missed = np.where(continuous, missing(value, over, size), 0.0)
    place = int(np.argmax(missed)) if missed.size else 0
    return place, float(missed.max(initial=0.0))


def _worst(misses: Numbers, allowed: Numbers, among: Flags) -> int:
    return int(np.argmax(np.where(among, misses / allowed, -1.0)))


def _judged(
    verdict: Verdict, place: int, exact: Numbers, differences: Numbers, over: Interval | None
) -> Judgement:
    return Judgement(verdict, place, float(exact[place]), float(differences[place]), over)
