"""Runs problems, prints how far every engine is off while it comes, and writes the page."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tools.scoreboard
from tools.scoreboard import descent, ours, peers, report
from tools.scoreboard.problem import Problem
from tools.scoreboard.published import PROBLEMS
from tools.scoreboard.reference import truth
from tools.scoreboard.result import Result, errors

EXACT = "exact"


def main() -> None:
    parser = ArgumentParser(prog="python -m tools.scoreboard", description=tools.scoreboard.__doc__)
    parser.add_argument("names", nargs="*", metavar="PROBLEM", help=", ".join(PROBLEMS))
    parser.add_argument("--json", type=Path, help="keep the results in this file")
    parser.add_argument("--peer", action="append", default=[], type=_peer, metavar="ENGINE=PYTHON")
    parser.add_argument("--page", action="store_true", help="write docs/gradients.md")
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in PROBLEMS]:
        parser.error(f"there is no problem {unknown[0]}; there are {', '.join(PROBLEMS)}")
    board = Board(given.json, dict(given.peer))
    for name in given.names or PROBLEMS:
        for result in board.results(PROBLEMS[name]):
            print(_line(result, board.exact(PROBLEMS[name])), flush=True)
    for found in board.descents():
        print(f"{found['engine']:>22}: {found['what']} {found['loss']:.4f}", flush=True)
    if given.page:
        report.write(board.kept)


class Board:
    """Results, kept in a file where one is given; `peers` are interpreters by engine."""

    def __init__(self, file: Path | None, peers: dict[str, str]) -> None:
        self.file, self.peers = file, peers
        self.kept: dict[str, Any] = {"results": [], "descents": []}
        if file is not None and file.exists():
            self.kept = json.loads(file.read_text())

    def exact(self, problem: Problem) -> Result:
        """The exact gradients."""
        return next(iter(self._of(problem, EXACT, lambda: [_exact(problem)])))

    def results(self, problem: Problem) -> Iterator[Result]:
        """Those of all engines, ours first."""
        self.exact(problem)
        yield from self._of(problem, "scenec", lambda: ours.results(problem))
        for engine, python in self.peers.items():
            name = peers.ENGINES[engine]
            yield from self._of(
                problem, name, lambda e=engine, p=python: peers.results(e, p, problem.name)
            )

    def descents(self) -> list[dict[str, Any]]:
        """What gradient descent comes to in task 3."""
        if not self.kept["descents"]:
            self.kept["descents"] = list(descent.results())
            self._save()
        found: list[dict[str, Any]] = self.kept["descents"]
        return found

    def _of(self, problem: Problem, engine: str, run: Any) -> list[Result]:
        kept = [Result(**result) for result in self.kept["results"]]
        mine = [r for r in kept if r.problem == problem.name and r.engine.startswith(engine)]
        if not mine:
            mine = list(run())
            self.kept["results"] += map(asdict, mine)
            self._save()
        return mine

    def _save(self) -> None:
        if self.file is not None:
            self.file.write_text(json.dumps(self.kept, indent=1) + "\n")


def _exact(problem: Problem) -> Result:
    found = [truth(problem, x) for x in problem.points]
    losses, gradients = zip(*found, strict=True)
    return Result(problem.name, EXACT, list(losses), [gradient.tolist() for gradient in gradients])


def _line(result: Result, exact: Result) -> str:
    off = errors(result.gradients, exact.gradients)
    return f"{result.problem:>16} {result.engine:>22}: off by {off[0]:.2%}, worst {max(off):.2%}"


def _peer(text: str) -> tuple[str, str]:
    engine, equals, python = text.partition("=")
    if engine not in peers.ENGINES or not equals:
        known = ", ".join(peers.ENGINES)
        raise ArgumentTypeError(f"{text!r} is not ENGINE=PYTHON, with one of {known}")
    return engine, python


if __name__ == "__main__":
    main()
