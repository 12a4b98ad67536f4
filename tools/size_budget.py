"""Fails when a module is longer than 400 lines: split it, one concept a file."""

import sys
from pathlib import Path

BUDGET = 400
ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("compiler", "runtime", "tests", "tools")


def main() -> int:
    modules = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]
    lengths = {file.relative_to(ROOT): len(file.read_text().splitlines()) for file in modules}
    too_long = {file: length for file, length in lengths.items() if length > BUDGET}
    for file, length in too_long.items():
        print(f"{file}: {length} lines, {length - BUDGET} over the budget of {BUDGET}")
    print(f"{len(lengths)} modules, {sum(lengths.values())} lines, longest {max(lengths.values())}")
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
