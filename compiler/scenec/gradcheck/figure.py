"""A report on gradients as a picture: how they compare at every scale, and where they part."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scenert.checking import Finding, Report, Verdict

COLOURS = {
    Verdict.NOT_FINITE: "#7a0019",
    Verdict.DIFFERS: "#7a0019",
    Verdict.JUMPS: "#c2331f",
    Verdict.FORKS: "#c77fa0",
    Verdict.ROUGH: "#8a6fb0",
    Verdict.FLAT: "#d99a1c",
    Verdict.KINK: "#2a8fa5",
    Verdict.AGREES: "#9db8a0",
}
SHOWN = 4  # of the derivatives that part from the motion
FLOOR = 1e-10  # of the relative deviations


def draw(report: Report, file: Path) -> None:
    """Write the picture: deviations by scale on top, below it the worst on the way."""
    parted = [f for f in report.faults if f.parting is not None][:SHOWN]
    figure = Figure(figsize=(10, 4 + 2.2 * len(parted)), layout="constrained")
    axes = figure.subplots(
        1 + len(parted), 1, squeeze=False, height_ratios=[2] + [1.2] * len(parted)
    )[:, 0]
    _deviations(axes[0], report)
    for panel, finding in zip(axes[1:], parted, strict=True):
        _on_the_way(panel, finding, report.horizon)
    figure.savefig(file, dpi=130)


def _deviations(axes: Axes, report: Report) -> None:
    """How far differences and secants are off, by how far the input is displaced."""
    labelled = set()
    for finding in sorted(report.findings, key=lambda f: f.verdict != Verdict.AGREES):
        if finding.verdict not in COLOURS or not finding.scales:
            continue
        widths, deviations = np.array(sorted(finding.scales)).T
        label = None if finding.verdict in labelled else finding.verdict.value
        labelled.add(finding.verdict)
        axes.plot(
            widths,
            np.maximum(deviations, FLOOR),
            color=COLOURS[finding.verdict],
            linewidth=0.8,
            marker=".",
            label=label,
        )
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="half width of the difference, SI",
        ylabel="deviation from the derivative",
        title=f"{report.scene}: gradients against differences and secants",
    )
    if labelled:
        axes.legend(frameon=False, ncols=len(labelled))
    axes.spines[["top", "right"]].set_visible(False)


def _on_the_way(axes: Axes, finding: Finding, horizon: float) -> None:
    """Derivative and secant of one state entry over time, and when contacts touch."""
    parting = finding.parting
    assert parting is not None
    time = np.linspace(0.0, horizon, len(parting.secant))
    axes.plot(time, parting.secant, color="#202020", label="secant")
    axes.plot(time, parting.mean, color=COLOURS[finding.verdict], label="mean of the derivative")
    if parting.time is not None:
        axes.axvline(parting.time, color="#202020", linewidth=0.6, linestyle=":")
    for row, (pair, times) in enumerate(list(parting.touching.items())[:3]):
        height = 0.02 + 0.05 * row
        transform = axes.get_xaxis_transform()
        axes.plot(times, np.full(len(times), height), "|", transform=transform, label=pair)
    axes.set(xlabel="time [s]", title=f"{parting.state} by {finding.name}")
    axes.legend(frameon=False, fontsize=7, loc="upper left")
    axes.spines[["top", "right"]].set_visible(False)
