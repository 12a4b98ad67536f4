"""A report on gradients as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scenec.gradcheck.remedies import Remedy
from scenert.checking import Finding, Report, Verdict

STYLES = {
    Verdict.NOT_FINITE: "bold red",
    Verdict.DIFFERS: "bold red",
    Verdict.JUMPS: "red",
    Verdict.FORKS: "yellow",
    Verdict.ROUGH: "yellow",
    Verdict.FLAT: "yellow",
    Verdict.KINK: "cyan",
}
BRIEF = (Verdict.INERT, Verdict.NO_PATH)  # named by the reason, in one line
WIDTH = 160  # where the output is no terminal


def print_report(report: Report, tried: Sequence[Remedy]) -> None:
    """The findings that are worth a row, the names of those that are not, what was tried to mend
    those that are wrong, and a summary."""
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    worth = [f for f in report.findings if f.verdict in STYLES]
    if worth:
        console.print(_table(worth))
    for verdict in BRIEF:
        silent = [f for f in report.findings if f.verdict == verdict]
        if silent:
            console.print(Text(f"{silent[0].reason}: {_names(silent)}\n"))
    advice = dict.fromkeys(f.advice for f in report.findings if f.advice)
    for sentence in advice:
        number = sum(f.advice == sentence for f in report.findings)
        console.print(Text(f"{number} of {len(report.findings)}: {sentence}", style="bold"))
    for remedy in tried:
        console.print(Text(str(remedy), style="bold"))
    counts = ", ".join(f"{count} {name}" for name, count in report.counts().items())
    style = "green" if report.agrees else "bold red"
    steps = f"{report.horizon:g} s, {report.steps} steps"
    console.print(Text(f"{report.scene}, {steps}: {counts}", style=style))


def _table(findings: Sequence[Finding]) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    for name in ("input", "", "of output"):
        table.add_column(name, overflow="fold")
    for name in ("gradient", "difference", "mean", "secant", "over ±"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("why")
    for f in findings:
        numbers = (f.exact, f.difference, f.mean, f.secant, f.width)
        verdict = Text(f.verdict.value, style=STYLES[f.verdict])
        table.add_row(f.name, verdict, f.output, *(f"{x:.4g}" for x in numbers), f.reason)
    return table


def _names(findings: Sequence[Finding]) -> str:
    """Names, those of the entries of a vector drawn together."""
    entries: dict[str, list[str]] = {}
    for finding in findings:
        name, bracket, index = finding.name.partition("[")
        entries.setdefault(name, []).append(index.rstrip("]") if bracket else "")
    return ", ".join(
        name if places == [""] else f"{name}[{', '.join(places)}]"
        for name, places in entries.items()
    )
