"""Inputs whose gradients are zero: those that smoothed gradients give one, as trials show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from scenec.diagnostics import CompileError
from scenert import Simulator
from scenert.checking import Report, Verdict

# Settings to try one after the other, each on what the ones before have left silent.
TRIALS = (
    {"options.gradient": "smoothed"},
    {"options.gradient": "smoothed", "options.smoothing": "10 cm"},
)
SILENT = (Verdict.FLAT, Verdict.INERT)


def advised(
    report: Report,
    compiled: Callable[[Mapping[str, str]], Simulator],
    felt: Callable[[Simulator, Collection[str]], Collection[str]],
) -> Report:
    """The report, with the advice to smooth gradients where that lets a run feel a contact.

    compiled  the scene with other settings
    felt      those of some inputs that a run of a simulator feels
    """
    silent = {f.name for f in report.findings if f.verdict in SILENT}
    if report.options.get("gradient") == "smoothed":
        return report
    for settings in TRIALS:
        if not silent:
            break
        try:
            sim = compiled(settings)
        except CompileError:
            break  # a kind of gradients that does not go with others of the scene's options
        if not sim.manifest.contacts:
            break
        found = felt(sim, silent)
        report = _with_advice(report, found, f"use {_written(settings)} to feel contacts from afar")
        silent -= set(found)
    return report


def _with_advice(report: Report, names: Collection[str], advice: str) -> Report:
    findings = (replace(f, advice=advice) if f.name in names else f for f in report.findings)
    return replace(report, findings=tuple(findings))


def _written(settings: Mapping[str, str]) -> str:
    return " and ".join(f"`{path}: {value}`" for path, value in settings.items())
