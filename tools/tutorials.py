"""The scripts of the tutorials, as a reader would run them."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "tutorials"
PAGES = sorted(FOLDER.glob("*-*.md"))

_BLOCK = re.compile(r"(?:<!-- quick: (?P<quick>.+?) -->\n)?```python\n(?P<code>.*?)```", re.DOTALL)


def script(page: Path, quick: bool = False) -> str:
    """The page's code; line numbers are those of the page.

    With `quick`, the comment `<!-- quick: NAMES = VALUES -->` before a block stands in for the line
    that sets the same names. Raises ValueError where there is not exactly one such line.
    """
    lines: list[str] = []
    text = page.read_text("utf-8")
    for block in _BLOCK.finditer(text):
        code = block["code"]
        if quick and block["quick"]:
            code = _shortened(code, block["quick"], page.name)
        start = text.count("\n", 0, block.start("code"))
        lines += [""] * (start - len(lines)) + code.splitlines()
    return "\n".join(lines)


def pictures(page: Path) -> list[str]:
    """The names of the pictures that the page shows; its script saves them as NAME.png."""
    return re.findall(r"images/tutorials/(\w+)\.png", page.read_text("utf-8"))


def _shortened(code: str, quick: str, name: str) -> str:
    names = quick.split("=", maxsplit=1)[0].strip()
    code, count = re.subn(rf"^{names} = .*$", quick, code, flags=re.MULTILINE)
    if count != 1:
        raise ValueError(f"{name}: {names} is set {count} times after its comment")
    return code
