"""Whether a jump is one of the motion itself, or of its time steps.

Things that strike each other at the same time take two ways: where a ball comes to strike two
others at once, it goes on differently as it strikes the one first or the other. That is a jump of
the motion of rigid things, at any time step, and the derivatives on both sides of it are right. An
impact that moves from one step to the next makes a jump of the method, which becomes smaller with
the step, while there are more of them; with `impacts: stepped` all jumps count as such.

So a jump that was found is looked at again with steps half as long. What a run changes by between
two displacements before and after the jump, less what its derivatives there account for, is the
jump: here as there, or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import jax
import numpy as np

from scenert.checking.experiment import Experiment, Leaf, Numbers
from scenert.checking.probe import Prober
from scenert.checking.report import Finding, Report
from scenert.checking.survey import Course
from scenert.checking.verdict import Verdict
from scenert.simulator import Simulator

AROUND = (1e-4, 1e-3, 3e-3)  # of an input's size: how far before and after a jump
ALIKE = 0.2  # of a jump: how far that of shorter steps may be off


def forked(report: Report, sim: Simulator, finer: Simulator) -> Report:
    """The report on `sim` without control, where jumps that `finer` has, too, are told as such.

    finer  the same scene with half the timestep
    """
    jumps = [finding for finding in report.findings if finding.verdict == Verdict.JUMPS]
    if not jumps or report.options.get("impacts") == "stepped":
        return report
    with jax.enable_x64(True):
        held = np.zeros(sim.n_control)
        probers = [
            Prober(Experiment(one, round(report.horizon / one.dt), held)) for one in (sim, finer)
        ]
        leaves = probers[0].experiment.leaves
        places = {leaf.entry(place): (leaf, place) for leaf in leaves for place in leaf.places()}
        forks = {
            finding.name
            for finding in jumps
            if _persists(probers, *places[finding.name], finding.jump)
        }
    findings = (_told(finding) if finding.name in forks else finding for finding in report.findings)
    return replace(report, findings=tuple(findings))


def _told(finding: Finding) -> Finding:
    reason = f"{finding.reason}, and so it does with half the timestep"
    return replace(finding, verdict=Verdict.FORKS, reason=reason, advice="")


def _persists(
    probers: Sequence[Prober], leaf: Leaf, place: int, jump: tuple[float, float] | None
) -> bool:
    """Whether both find the same jump, from near by or from farther off."""
    if jump is None:
        return False
    size = leaf.size[place - leaf.start]
    for way in AROUND:
        ends = (jump[0] - way * size, jump[1] + way * size)
        coarse, fine = (_jump(prober, place, ends) for prober in probers)
        if np.linalg.norm(fine - coarse) <= ALIKE * np.linalg.norm(coarse):
            return True
    return False


def _jump(prober: Prober, place: int, ends: tuple[float, float]) -> Numbers:
    """By how much continuous outputs jump between two displacements."""
    values, slopes = prober.outputs([place] * 2, np.array(ends))
    left: Numbers = Course(np.array(ends), values, slopes).unseen()[0]
    return left[prober.experiment.continuous]
