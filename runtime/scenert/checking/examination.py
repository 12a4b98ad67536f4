"""The examination of all inputs of an experiment, one finding for each of their numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from scenert.checking.dependence import unused_parameters
from scenert.checking.experiment import Experiment, Leaf, Numbers
from scenert.checking.explanation import advice, reason
from scenert.checking.parting import Detective
from scenert.checking.probe import FAR, FINITE, NEAR, POINTS, Interval, Prober, interval, reverse
from scenert.checking.report import FAULTS, Finding, Report
from scenert.checking.survey import Course, survey
from scenert.checking.verdict import Judgement, Verdict, allowance, judge

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
        numbers = [(leaf, place) for leaf in leaves for place in leaf.places()]
        value, courses = self._probed(numbers)
        continuous = self.experiment.continuous
        findings = []
        for i, (leaf, place) in enumerate(numbers):
            size = leaf.size[place - leaf.start]
            self.progress("judging", i, len(numbers))
            near = [course.summary() for course in courses[i][: len(NEAR)]]
            wide = self._surveyed(place, value, courses[i][len(NEAR) :], size)
            judgement = judge(jacobian[:, place], value, near, wide, size, continuous)
            finding = self._finding(leaf, place, judgement, near, wide)
            findings.append((finding, judgement.interval))
        unused = unused_parameters(self.experiment.sim)
        examined = []
        for i, ((finding, over), (leaf, place)) in enumerate(zip(findings, numbers, strict=True)):
            self.progress("explaining", i, len(findings))
            examined.append(self._explained(finding, over, leaf, place, leaf.name in unused))
        self.progress("explaining", len(findings), len(findings))
        return examined

    def _probed(self, numbers: Sequence[tuple[Leaf, int]]) -> tuple[Numbers, list[list[Course]]]:
        """What comes out undisplaced, and the courses over intervals, near and finite, of every
        number."""
        points = [np.zeros(1)]
        for leaf, place in numbers:
            for scale in (*NEAR, *FINITE):
                count = POINTS if scale in FINITE else 2
                points.append(np.linspace(*interval(leaf, place, scale), count))
        each = len(NEAR) + len(FINITE)
        owners = [0, *(place for _, place in numbers for _ in range(each))]
        places = [place for place, t in zip(owners, points, strict=True) for _ in t]

        def progress(done: int, total: int) -> None:
            self.progress("running", done, total)

        values, slopes = self.prober.outputs(places, np.concatenate(points), progress)
        ends = np.cumsum([t.size for t in points])[:-1]
        parts = zip(points, np.split(values, ends), np.split(slopes, ends), strict=True)
        _, *courses = (Course(*part) for part in parts)
        return values[0], [courses[i : i + each] for i in range(0, len(courses), each)]

    def _surveyed(
        self, place: int, value: Numbers, courses: Sequence[Course], size: float
    ) -> list[Interval]:
        """The intervals of courses, dense enough to tell, up to the first that has a jump."""
        found = []
        for course in courses:
            over = course.summary()
            allowed = (over.b - over.a) * allowance(value, over.secant, size)
            allowed = np.where(self.experiment.continuous, allowed, np.inf)
            dense, jump = survey(self.prober, place, course, allowed, size)
            found.append(dense.summary()._replace(jump=jump))
            if jump is not None:
                break
        return found

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
            name=leaf.entry(place),
            unit=leaf.unit,
            verdict=judgement.verdict,
            output=self.experiment.outputs[i],
            exact=judgement.exact,
            difference=judgement.difference,
            secant=np.nan if over is None else float(over.secant[i]),
            mean=np.nan if over is None else float(over.mean[i]),
            width=np.nan if over is None else (over.b - over.a) / 2,
            scales=tuple(((x.b - x.a) / 2, float(abs(d)) / size) for x, d in scales),
            jump=None if over is None else over.jump,
        )

    def _explained(
        self, finding: Finding, over: Interval | None, leaf: Leaf, place: int, unused: bool
    ) -> Finding:
        """The finding with what can be said of its cause, and of what would mend it."""
        if unused:
            finding = replace(finding, verdict=Verdict.NO_PATH)
        elif finding.verdict == Verdict.INERT:
            finding = self._looked_far(finding, leaf, place)
        elif finding.verdict in FAULTS and over is not None:
            size = leaf.size[place - leaf.start]
            finding = replace(finding, parting=self.detective.part(place, over, size))
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
