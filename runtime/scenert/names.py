"""Messages about names that do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def unknown(kind: str, name: object, known: Iterable[str]) -> str:
    """One sentence saying that there is no such `kind`, with the nearest names that there are."""
    names: Sequence[str] = list(known)
    near = get_close_matches(str(name), names, n=1)
    if near:
        return f"this scene has no {kind} {name!r}; did you mean {near[0]!r}?"
    listed = ", ".join(map(repr, names[:8])) + (", ..." if len(names) > 8 else "")
    return f"this scene has no {kind} {name!r}; " + (f"it has {listed}" if names else "it has none")
