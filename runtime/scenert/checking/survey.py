"""The mean of a derivative over an interval, and the jumps of the value that it cannot see.

Between neighbouring points t and t + w, the value f changes by more than the trapezoidal rule makes
of its derivative, by

    r = f(t + w) - f(t) - w [f'(t) + f'(t + w)] / 2

Where f is smooth, r falls with w³, at a kink with w: the closer the points, the less is left. Where
f jumps, r stays what it is: the jump. So new points go where most is left, until next to nothing is
left in sum, and the mean of f' is the secant, or until what is left is between two points next to
each other: there f jumps. However narrow the places are at which f' is large, such as a foot that
just misses its hold, they are found, as f' shows them from afar.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scenert.checking.experiment import Numbers
from scenert.checking.probe import Interval, Prober

NARROW = 1e-9  # of an input's size: points next to each other
ROUNDS = 30  # of new points
ROUNDING = 1e-6  # of a point


class Course(NamedTuple):
    """Values and derivatives (n, n_out) at displacements t (n,) of one input, in their order.

    Others that are known of the points, such as states on the way, can take the place of outputs.
    """

    t: Numbers
    value: Numbers
    slope: Numbers

    def summary(self) -> Interval:
        """The interval that it covers."""
        a, b, low, high = *map(float, self.t[[0, -1]]), self.value[0], self.value[-1]
        return Interval(a, b, low, high, (high - low) / (b - a), self.seen().sum(axis=0) / (b - a))

    def seen(self) -> Numbers:
        """By how much the values change between the points (n - 1, n_out), by the derivatives."""
        width = np.diff(self.t).reshape(-1, *(1,) * (self.slope.ndim - 1))
        change: Numbers = 0.5 * width * (self.slope[1:] + self.slope[:-1])
        return change

    def unseen(self) -> Numbers:
        """By how much they change besides (n - 1, n_out): r above."""
        left: Numbers = np.diff(self.value, axis=0) - self.seen()
        return left

    def joined(self, other: Course) -> Course:
        """Both courses as one."""
        order = np.argsort(np.concatenate([self.t, other.t]))
        return Course(*(np.concatenate(both)[order] for both in zip(self, other, strict=True)))


class Survey(NamedTuple):
    """A course that is dense where its values change fast, and between which points it jumps."""

    course: Course
    jump: tuple[float, float] | None


def survey(prober: Prober, place: int, course: Course, allowed: Numbers, size: float) -> Survey:
    """Complete the course of the input `place` until it is known to jump or not.

    allowed  (n_out,) by how much the change of an output may miss that by the derivatives
    size     of the input

    Where that takes too many points, the course is left as it is then, without a jump.
    """
    for _ in range(ROUNDS):
        unseen = course.unseen() / allowed
        wrong = np.abs(unseen.sum(axis=0)) > 1.0
        if not np.any(wrong):
            break
        most = np.abs(unseen[:, wrong]).max(axis=1)
        worst = int(np.argmax(most))
        if course.t[worst + 1] - course.t[worst] < NARROW * size:
            return Survey(course, (float(course.t[worst]), float(course.t[worst + 1])))
        course = course.joined(_between(prober, place, course, most))
    return Survey(course, None)


def _between(prober: Prober, place: int, course: Course, most: Numbers) -> Course:
    """As many points as are run at once, between the points in proportion to what is left there."""
    order = np.argsort(-most)
    shared = np.floor(prober.batch * np.cumsum(most[order]) / most.sum() + ROUNDING)
    gaps = zip(course.t[order], course.t[order + 1], np.diff(shared, prepend=0.0), strict=True)
    t = np.concatenate([np.linspace(a, b, int(n) + 2)[1:-1] for a, b, n in gaps])
    return Course(t, *prober.outputs([place] * t.size, t))
