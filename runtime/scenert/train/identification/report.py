"""What recordings say of parameters, and what they leave open.

Near the solution the residuals are linear in the parameters p: r(p + d) = r + J d. With errors of
the standard deviation s, the estimate scatters with the covariance s^2 (J^T J)^-1. Scaled to
relative changes x of the parameters, d = D x, the singular value decomposition J D = U S V^T splits
x into directions that do not mix: along the column v_i of V the estimate scatters by s / S_i. A
direction in which this exceeds 1 (the estimate may be off by as much as its size), or in which S_i
is not above rounding, is not identified by these recordings: what moves the parameters along it
does not show. A parameter with a share in such a direction has no finite uncertainty of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

RANK = 1e-5  # of the largest singular value: exact Jacobians in float32 have such an error
SHARE = 0.1  # of a unit vector's length that counts as a part in it


@dataclass(frozen=True)
class Identification:
    """Estimated parameters.

    params      all parameters of the scene, with the estimates
    at_bound    labels of numbers that the search left at a bound: the data want them beyond it
    deviation   standard deviations of the estimates; infinite where they are not identified
    open        directions that the recordings leave open: by parameter, how much a change along
                the direction changes it, relative to its size
    correlation (n, n) of the numbers of `labels`, over the directions that are identified
    labels      the n estimated numbers, in the order of `correlation`
    residual    root mean square of the residuals, each relative to its sensor's noise or scale
    evaluations of the residuals, and of their Jacobian
    converged   whether the search ended by itself
    """

    params: dict[str, Any]
    deviation: dict[str, Numbers]
    at_bound: tuple[str, ...]
    open: tuple[dict[str, float], ...]
    correlation: Numbers
    labels: tuple[str, ...]
    residual: float
    evaluations: tuple[int, int]
    converged: bool

    @property
    def identified(self) -> bool:
        """Whether the recordings determine every parameter that was sought."""
        return not self.open

    def __str__(self) -> str:
        lines = [f"residual {self.residual:.3g}, {self.evaluations[0]} evaluations"]
        if not self.converged:
            lines[0] += ", not converged"
        for name, deviation in self.deviation.items():
            value = np.asarray(self.params[name], float)
            shown = ", ".join(
                f"{v:.6g} ± {d:.2g}" if np.isfinite(d) else f"{v:.6g}, not identified"
                for v, d in zip(value.ravel(), deviation.ravel(), strict=True)
            )
            lines.append(f"  {name}  {shown}")
        lines += [f"  {label} is at its bound" for label in self.at_bound]
        for direction in self.open:
            parts = ", ".join(f"{label} by {part:+.2f}" for label, part in direction.items())
            lines.append(f"  open: changing {parts} (relative) does not show")
        return "\n".join(lines)


@dataclass(frozen=True)
class Scatter:
    """How estimates scatter: deviations (n,), correlation (n, n), and open directions (k, n)."""

    deviation: Numbers
    correlation: Numbers
    open: Numbers


def scatter(jacobian: Numbers, sizes: Numbers, error: float) -> Scatter:
    """From dr/dp (m, n), the sizes (n,) of the parameters, and the standard deviation of r."""
    _, singular, directions = np.linalg.svd(jacobian * sizes, full_matrices=False)
    floor = max(RANK * singular.max(initial=0.0), error)
    known = singular > floor
    spread = directions[known].T * (error / singular[known])
    covariance = spread @ spread.T
    relative = np.sqrt(np.diag(covariance))
    safe = np.where(relative > 0, relative, 1.0)
    lost = _sparse(directions[~known])
    deviation = np.where(np.any(np.abs(lost) > SHARE, axis=0), np.inf, relative * sizes)
    return Scatter(deviation, covariance / np.outer(safe, safe), lost)


def _sparse(directions: Numbers) -> Numbers:
    """The same space as `directions` (k, n), by vectors with as many zeros as elimination gives.

    A space of several open directions has no axes of its own. Reduced to row echelon form, with the
    largest entry as pivot each time, its vectors name few parameters each.
    """
    rows = directions.copy()
    used: list[int] = []
    for number in range(len(rows)):
        candidates = np.abs(rows[number]).copy()
        candidates[used] = 0
        pivot = int(candidates.argmax())
        used.append(pivot)
        rows[number] /= rows[number, pivot]
        for other in range(len(rows)):
            if other != number:
                rows[other] -= rows[other, pivot] * rows[number]
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)
