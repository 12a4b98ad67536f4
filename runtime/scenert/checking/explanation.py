"""Sentences on what was found: why, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from scenert.checking.report import FAULTS, Finding
from scenert.checking.verdict import Verdict

Options = Mapping[str, str | float | int]


def reason(finding: Finding, horizon: float) -> str:
    """Why the derivative is as it is; empty where it is right."""
    match finding.verdict:
        case Verdict.NOT_FINITE:
            return "a value or a derivative is no finite number"
        case Verdict.DIFFERS:
            return f"it is not the derivative of the program{_where(finding)}"
        case Verdict.JUMPS:
            return f"the motion jumps{_displaced(finding)}{_where(finding)}"
        case Verdict.ROUGH:
            return f"it changes too fast within ±{finding.width:.3g} {finding.unit} to be averaged"
        case Verdict.NO_PATH:
            return "nothing that the program computes depends on it"
        case Verdict.INERT:
            return f"it has no effect within {horizon:g} s, however far it is displaced"
        case Verdict.KINK:
            return "the motion depends on it differently on both sides"
    return ""


def advice(finding: Finding, options: Options, horizon: float) -> str:
    """What would give a derivative that is of use; empty where nothing is known to."""
    gradient = options.get("gradient", "exact")
    if finding.verdict == Verdict.DIFFERS and gradient != "exact":
        return f"it is of the kind `options.gradient: {gradient}`; `exact` is the program's own"
    if finding.verdict == Verdict.JUMPS and options.get("impacts") == "stepped":
        return "try `options.impacts: continuous`"
    if finding.verdict == Verdict.JUMPS and finding.time is not None and finding.time >= horizon:
        return "this contact falls on the end of the horizon: choose another"
    return ""


def _displaced(finding: Finding) -> str:
    """At which displacement."""
    if finding.jump is None:
        return ""
    return f" where it is displaced by {finding.jump[0]:+.4g} {finding.unit}".rstrip()


def _where(finding: Finding) -> str:
    """At which time, and at which contact."""
    if finding.verdict not in FAULTS or finding.time is None:
        return ""
    found = f" from {finding.time:.4g} s on"
    if not finding.contacts or finding.parting is None:
        return f"{found}, where no contact differs"
    pairs = ", ".join(finding.contacts)
    return f"{found}, when {pairs} touch" + (" sooner or later" if finding.parting.differ else "")
