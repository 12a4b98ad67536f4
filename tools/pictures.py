"""Draws the pictures of the README and of the tutorials again, by the scripts that readers run.

python -m tools.pictures [NAME...]

NAME is gait (of the README) or a tutorial's, such as throw-a-ball; default: all of them.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from scenec.cli import main as scenec
from tools import tutorials

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"


def draw_demo(images: Path) -> None:
    """The demonstration's picture."""
    if scenec(["demo", "--seconds", "1000"]):
        sys.exit("the demonstration failed")
    shutil.copy(Path("demo", "gait.png"), images)


def draw_tutorial(page: Path, images: Path) -> None:
    """The pictures of a tutorial, by its whole script in the current folder."""
    Path("scenes").symlink_to(ROOT / "scenes")
    exec(compile(tutorials.script(page), str(page), "exec"), {})
    for name in tutorials.pictures(page):
        shutil.copy(f"{name}.png", images / "tutorials")


PICTURES: dict[str, Callable[[Path], None]] = {
    "gait": draw_demo,
    **{page.stem: partial(draw_tutorial, page) for page in tutorials.PAGES},
}


def main() -> None:
    parser = ArgumentParser(prog="python -m tools.pictures", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PICTURES))
    names = parser.parse_args().names or list(PICTURES)
    if unknown := [name for name in names if name not in PICTURES]:
        parser.error(f"there is no picture {unknown[0]}; there are {', '.join(PICTURES)}")
    for name in names:
        print(f"{name} ...", flush=True)
        with TemporaryDirectory() as folder, contextlib.chdir(folder):
            PICTURES[name](IMAGES)


if __name__ == "__main__":
    main()
