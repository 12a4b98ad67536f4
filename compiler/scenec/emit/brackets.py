"""Lay nested brackets out over lines: flat where they fit, otherwise one item a line."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 100


@dataclass(frozen=True)
class Brackets:
    """Items between an opening and a closing text, such as `f(` a, b `)`."""

    opening: str
    items: tuple[Brackets | str, ...]
    closing: str

    def flat(self) -> str:
        """All of it on one line."""
        return f"{self.opening}{', '.join(map(_flat, self.items))}{self.closing}"


def lines(item: Brackets | str, indent: int, tail: str = "") -> list[str]:
    """Lines of `item` at `indent` spaces, the last one followed by `tail`."""
    pad = " " * indent
    flat = _flat(item) + tail
    if isinstance(item, str) or indent + len(flat) <= WIDTH:
        return [pad + flat]
    if all(isinstance(part, str) for part in item.items) and item.opening == "[":
        inner = _filled([str(part) for part in item.items], indent + 4)
    else:
        inner = [line for part in item.items for line in lines(part, indent + 4, ",")]
    return [pad + item.opening, *inner, pad + item.closing + tail]


def _flat(item: Brackets | str) -> str:
    return item if isinstance(item, str) else item.flat()


def _filled(parts: list[str], indent: int) -> list[str]:
    """A long list of short items, filled line by line."""
    filled: list[str] = []
    for part in parts:
        if filled and len(filled[-1]) + len(part) + 2 <= WIDTH:
            filled[-1] += f" {part},"
        else:
            filled.append(" " * indent + part + ",")
    return filled
