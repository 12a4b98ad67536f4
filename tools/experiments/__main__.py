"""Runs experiments and writes their figures."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

import tools.experiments
from tools.bench.measure import machine
from tools.experiments import arm_fixed, arm_reach, ball, gait, speed
from tools.experiments.setting import Figures, Setting

EXPERIMENTS: dict[str, Callable[[Setting], Figures]] = {
    "ball": ball.run,
    "quadruped-speed": speed.run,
    "arm-fixed": arm_fixed.run,
    "arm-reach": arm_reach.run,
    "quadruped-gait": gait.run,
}


def main() -> None:
    parser = ArgumentParser(
        prog="python -m tools.experiments", description=tools.experiments.__doc__
    )
    parser.add_argument("names", nargs="+", metavar="NAME", help=", ".join(EXPERIMENTS))
    parser.add_argument("--smoke", action="store_true", help="cut short: does it all work?")
    parser.add_argument("--out", type=Path, default=Path("experiments"), help="folder of results")
    parser.add_argument("--peer-python", default=sys.executable, help="has the other engines")
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in EXPERIMENTS]:
        parser.error(f"there is no experiment {unknown[0]}; there are {', '.join(EXPERIMENTS)}")
    given.out.mkdir(parents=True, exist_ok=True)
    setting = Setting(given.out, given.smoke, given.peer_python)
    for name in given.names:
        found = {"name": name, "machine": machine(), "figures": EXPERIMENTS[name](setting)}
        text = json.dumps(found, indent=1)
        (given.out / f"{name}.json").write_text(text + "\n")
        setting.console.print_json(text)


if __name__ == "__main__":
    main()
