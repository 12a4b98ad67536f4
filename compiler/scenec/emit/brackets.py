"""Lay nested brackets out over lines: flat where they fit, otherwise one item a line."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 100


@dataclass(frozen=True)
class Brackets:
    """Items between an opening and a closing text, such as `f(` a, b `)`.

    `groups` says that they are no list of items but hold one operand together, as in `a - (b + c)`.
    """

    opening: str
    items: tuple[Brackets | str, ...]
    closing: str
    groups: bool = False

    def flat(self) -> str:
        """All of it on one line."""
        comma = "," if len(self.items) == 1 and self._is_tuple() else ""
        return f"{self.opening}{', '.join(map(_flat, self.items))}{comma}{self.closing}"

    def _is_tuple(self) -> bool:
        """Whether the brackets are a tuple's, and not those of a call."""
        return (
            self.opening.endswith("(") and not self.groups and not _follows_name(self.opening[:-1])
        )


def lines(item: Brackets | str, indent: int, tail: str = "") -> list[str]:
    """Lines of `item` at `indent` spaces, the last one followed by `tail`."""
    pad = " " * indent
    flat = _flat(item) + tail
    if isinstance(item, str) or indent + len(flat) <= WIDTH:
        return [pad + flat]
    if all(isinstance(part, str) for part in item.items) and item.opening == "[":
        inner = _filled([str(part) for part in item.items], indent + 4)
    else:
        comma = "" if item.groups else ","
        inner = [line for part in item.items for line in lines(part, indent + 4, comma)]
    return [pad + item.opening, *inner, pad + item.closing + tail]


def parse(text: str) -> Brackets | str:
    """One line of Python as text before, inside and after the longest of its outermost brackets.

    What stands before the brackets stays with the opening one, what follows with the closing one;
    a line without brackets, or with a comment, is itself. Subscripts are never broken.
    """
    spans = [span for span in _outermost(text) if not _is_subscript(text, span[0])]
    if not spans or "#" in text:
        return text
    start, stop = max(spans, key=lambda span: span[1] - span[0])
    inside = text[start + 1 : stop]
    items = tuple(parse(item) for item in _items(inside))
    called = _follows_name(text[:start]) or text[start] != "("
    groups = not called and len(items) == 1 and not inside.rstrip().endswith(",")
    return Brackets(text[: start + 1], items, text[stop:], groups)


def _is_subscript(text: str, start: int) -> bool:
    return text[start] == "[" and _follows_name(text[:start])


def _follows_name(before: str) -> bool:
    """Whether brackets after `before` are those of a call or a subscript."""
    return before[-1:].isalnum() or before[-1:] in ("_", ")", "]")


def _outermost(text: str) -> list[tuple[int, int]]:
    """Places of the outermost pairs of brackets."""
    spans, depth, start = [], 0, 0
    for i, character in enumerate(text):
        if character in "([{":
            start = i if depth == 0 else start
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                spans.append((start, i))
    return spans


def _items(text: str) -> list[str]:
    """Text split at its outermost commas."""
    items, depth, last = [], 0, 0
    for i, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            items.append(text[last:i].strip())
            last = i + 1
    items.append(text[last:].strip())
    return [item for item in items if item]


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
