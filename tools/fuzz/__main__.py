"""Tries scenes and prints what is found while it goes on."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

import jax
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import tools.fuzz
from tools.fuzz.trial import Finding, try_scene


def main() -> int:
    parser = ArgumentParser(prog="python -m tools.fuzz", description=tools.fuzz.__doc__)
    parser.add_argument("--scenes", type=int, default=100, help="how many (default: 100)")
    parser.add_argument("--samples", type=int, default=100, help="of each scene (default: 100)")
    parser.add_argument("--seed", type=int, default=0, help="of the first scene (default: 0)")
    parser.add_argument(
        "--portable",
        type=int,
        default=5,
        metavar="N",
        help="in every Nth scene compare with the portable path, and look at the other kinds of "
        "gradients; 0: in none (default: 5)",
    )
    parser.add_argument("--json", type=Path, help="keep what is found in this file")
    given = parser.parse_args()
    if min(given.scenes, given.samples) < 1:
        parser.error("there must be at least one scene and one sample")
    found = _kept(given.json)
    seeds = range(given.seed, given.seed + given.scenes)
    columns = (TextColumn("scenes"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        for seed in bar.track(seeds):
            if seed not in found:
                portable = given.portable > 0 and seed % given.portable == 0
                found[seed] = try_scene(seed, given.samples, portable)
                jax.clear_caches()  # what was compiled for this scene serves no other
                bar.console.print(found[seed].line(), highlight=False, markup=False)
                _keep(given.json, found)
    return _summary([found[seed] for seed in seeds])


def _summary(findings: list[Finding]) -> int:
    smooth, edges = sum(f.smooth for f in findings), sum(len(f.edges) for f in findings)
    failed = [finding for finding in findings if finding.failures]
    print(
        f"{len(findings)} scenes: {smooth} smooth samples, {edges} at edges, {len(failed)} failed"
    )
    for finding in failed:
        print(finding.line())
    return 1 if failed else 0


def _kept(file: Path | None) -> dict[int, Finding]:
    if file is None or not file.exists():
        return {}
    return {item["seed"]: Finding(**item) for item in json.loads(file.read_text())}


def _keep(file: Path | None, found: dict[int, Finding]) -> None:
    if file is not None:
        file.write_text(
            json.dumps([asdict(finding) for finding in found.values()], indent=1) + "\n"
        )


if __name__ == "__main__":
    sys.exit(main())
