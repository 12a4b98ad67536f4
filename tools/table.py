"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterator


def heading(*titles: str) -> Iterator[str]:
    """The two lines that a table begins with."""
    yield line(*titles)
    yield line(*("---" for _ in titles))


def line(*cells: str) -> str:
    """One row."""
    return f"| {' | '.join(cells)} |"
