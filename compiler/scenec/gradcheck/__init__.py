"""`scenec gradcheck`: are the gradients of a scene those of its motion?"""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from scenec.gradcheck.remedies import remedies
from scenec.gradcheck.silence import advised
from scenec.gradcheck.table import print_report
from scenert import Simulator
from scenert.checking import Report, felt, forked, gradcheck

__all__ = ["advised", "check", "draw_report", "feel", "look_closer", "print_report", "remedies"]


def check(sim: Simulator, horizon: float, only: list[str]) -> Report:
    """The report on `sim`, with a bar on the terminal that shows how far it got."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as p:
        task = p.add_task("compiling", total=None)

        def progress(what: str, done: int, total: int) -> None:
            p.update(task, description=what, completed=done, total=total)

        return gradcheck(sim, horizon, only=only, progress=progress)


def feel(sim: Simulator, horizon: float, names: Collection[str]) -> Collection[str]:
    """Those of the inputs `names` that a run of `sim` feels, and meanwhile a word on a terminal."""
    with Console(stderr=True).status("trying smoothed gradients on what is silent"):
        return felt(sim, horizon, names)


def look_closer(report: Report, sim: Simulator, finer: Simulator) -> Report:
    """The report, with jumps of the motion itself told from those of its steps, and meanwhile a
    word on a terminal."""
    with Console(stderr=True).status("looking at jumps with half the timestep"):
        return forked(report, sim, finer)


def draw_report(report: Report, file: Path) -> None:
    """Write the picture of a report; ModuleNotFoundError without matplotlib."""
    from scenec.gradcheck.figure import draw

    draw(report, file)
