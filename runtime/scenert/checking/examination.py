"""The examination of all inputs of an experiment, one finding for each of their numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from scenert.checking.dependence import unused_parameters
from scenert.checking.experiment import Experiment, Leaf, Numbers
from scenert.checking.explanation import advice, reason
from scenert.checking.parting import Detective
from scenert.checking.probe import (
    FAR,
    FINITE,
    MANY,
    NEAR,
    Interval,
    Prober,
    interval,
    midpoints,
    reverse,
    summarize,
)
from scenert.checking.report import FAULTS, Finding, Report
from scenert.checking.verdict import Judgement, Verdict, judge, missing

VISIBLE = 1e-9  # of an output: what an input does to it far off

Progress = Callable[[str, int, int], None]


class Examiner:
    """Examines the inputs of an experiment; `progress` is told how far it got."""

    def __init__(self, experiment: Experiment, progress: Progress) -> None:
        self.experiment = experiment
        self.progress = progress
        self.prober = Prober(experiment)
        self.detective = Detective(self.prober)

    def report(self, leaves: Sequence[Leaf]) -> Report:
        """The findings on the given inputs."""
        experiment = self.experiment
        self.progress("differentiating", 0, 1)
        jacobian = reverse(experiment)
        self.progress("differentiating", 1, 1)
        findings = self._findings(leaves, jacobian)
        manifest = experiment.sim.manifest
        return Report(
            scene=manifest.name,
            horizon=experiment.steps * experiment.sim.dt,
            steps=experiment.steps,
            options=manifest.options,
            outputs=experiment.outputs,
            findings=tuple(findings),
            jacobian=jacobian,
        )

    def _findings(self, leaves: Sequence[Leaf], jacobian: Numbers) -> list[Finding]:
        numbers = [(leaf, place) for leaf in leaves for place in range(leaf.start, leaf.stop)]
        value, near, finite = self._probed(numbers)
        continuous = self.experiment.continuous
        findings = []
        for i, (leaf, place) in enumerate(numbers):
            size = leaf.size[place - leaf.start]
            self.progress("judging", i, len(numbers))
            wide = self._refined(place, value, finite[i], size)
            judgement = judge(jacobian[:, place], value, near[i], wide, size, continuous)
            findings.append(self._finding(leaf, place, judgement, near[i], wide))
        unused = unused_parameters(self.experiment.sim)
        examined = []
        for i, (finding, (leaf, place)) in enumerate(zip(findings, numbers, strict=True)):
            self.progress("explaining", i, len(findings))
            examined.append(self._explained(finding, leaf, place, leaf.name in unused))
        self.progress("explaining", len(findings), len(findings))
        return examined

    def _probed(
        self, numbers: Sequence[tuple[Leaf, int]]
    ) -> tuple[Numbers, list[list[Interval]], list[list[Interval]]]:
        """What comes out undisplaced, and the intervals, near and finite, of every number."""
        places, points, ranges = [0], [0.0], []
        for leaf, place in numbers:
            for scale in (*NEAR, *FINITE):
                a, b = interval(leaf, place, scale)
                inner = midpoints(a, b) if scale in FINITE else np.zeros(0)
                ranges.append((a, b, len(points), len(points) + 2 + inner.size))
                points += [a, b, *inner]
                places += [place] * (2 + inner.size)
        values, slopes = self.prober.outputs(
            places, points, lambda done, total: self.progress("running", done, total)
        )
        found = [
            summarize(a, b, values[i : i + 2], slopes[i + 2 : j] if j > i + 2 else slopes[:2])
            for a, b, i, j in ranges
        ]
        both = len(NEAR) + len(FINITE)
        each = [found[i : i + both] for i in range(0, len(found), both)]
        return values[0], [x[: len(NEAR)] for x in each], [x[len(NEAR) :] for x in each]

    def _refined(
        self, place: int, value: Numbers, finite: Sequence[Interval], size: float
    ) -> list[Interval]:
        """The intervals, those that seem to hide a jump sampled at many points, up to the first
        that does hide one."""
        refined = list(finite)
        for i, x in enumerate(finite):
            if not self._misses(value, x, size):
                continue
            inner = midpoints(x.a, x.b, MANY)
            _, slopes = self.prober.outputs([place] * MANY, inner)
            refined[i] = summarize(x.a, x.b, np.stack([x.low, x.high]), slopes)
            if self._misses(value, refined[i], size):
                break
        return refined

    def _misses(self, value: Numbers, over: Interval, size: float) -> bool:
        missed = missing(value, over, size)[self.experiment.continuous]
        return bool(np.any(missed > 1.0))

    def _finding(
        self,
        leaf: Leaf,
        place: int,
        judgement: Judgement,
        near: Sequence[Interval],
        finite: Sequence[Interval],
    ) -> Finding:
        over, i = judgement.interval, judgement.output
        scales = [(x, x.secant[i] - judgement.exact) for x in near]
        scales += [(x, x.secant[i] - x.mean[i]) for x in finite]
        size = max([abs(judgement.exact), *(float(abs(x.secant[i])) for x, _ in scales)]) or 1.0
        return Finding(
            kind=leaf.kind,
            name=_entry(leaf, place),
            unit=leaf.unit,
            verdict=judgement.verdict,
            output=self.experiment.outputs[i],
            exact=judgement.exact,
            difference=judgement.difference,
            secant=np.nan if over is None else float(over.secant[i]),
            mean=np.nan if over is None else float(over.mean[i]),
            width=np.nan if over is None else (over.b - over.a) / 2,
            scales=tuple(((x.b - x.a) / 2, float(abs(d)) / size) for x, d in scales),
        )

    def _explained(self, finding: Finding, leaf: Leaf, place: int, unused: bool) -> Finding:
        """The finding with what can be said of its cause, and of what would mend it."""
        if unused:
            finding = replace(finding, verdict=Verdict.NO_PATH)
        elif finding.verdict == Verdict.INERT:
            finding = self._looked_far(finding, leaf, place)
        elif finding.verdict in FAULTS and np.isfinite(finding.width):
            size = leaf.size[place - leaf.start]
            a, b = interval(leaf, place, finding.width / size)
            finding = replace(finding, parting=self.detective.part(place, a, b, size))
        options = self.experiment.sim.manifest.options
        horizon = self.experiment.steps * self.experiment.sim.dt
        finding = replace(finding, reason=finding.reason or reason(finding, horizon))
        return replace(finding, advice=advice(finding, options, horizon))

    def _looked_far(self, finding: Finding, leaf: Leaf, place: int) -> Finding:
        """FLAT instead of INERT, where displacing the number farther has an effect."""
        size = leaf.size[place - leaf.start]
        points = [t for scale in FAR for t in sorted(set(_far(leaf, scale * size)))]
        samples = self.prober.sample([place] * (1 + len(points)), [0.0, *points])
        before, after = samples.value.outputs[0], samples.value.outputs[1:]
        moved = np.abs(after - before) / (1.0 + np.abs(before))
        effect = np.flatnonzero((moved > VISIBLE).any(axis=1))
        if not effect.size:
            return finding
        first = int(effect[0])
        pairs = self.detective.made(place, samples, first + 1)
        return replace(
            finding,
            verdict=Verdict.FLAT,
            output=self.experiment.outputs[int(np.argmax(moved[first]))],
            width=float(points[first]),
            reason=_effect(finding, float(points[first]), pairs),
        )


def _effect(finding: Finding, far: float, pairs: Sequence[str]) -> str:
    where = f"has no effect before it is displaced by {far:+.3g} {finding.unit}".rstrip()
    if pairs:
        return f"{where}, where {', '.join(pairs)} touch"
    return f"saturated: {where}" if finding.kind == "control" else where


def _far(leaf: Leaf, far: float) -> tuple[float, float]:
    """Displacements by `far` both ways, as far as the number may go; a parameter keeps its sign."""
    down = min(far, 0.9 * max(leaf.size)) if leaf.kind == "parameter" else far
    return max(-down, leaf.lower), min(far, leaf.upper)


def _entry(leaf: Leaf, place: int) -> str:
    return leaf.name if leaf.stop - leaf.start == 1 else f"{leaf.name}[{place - leaf.start}]"
