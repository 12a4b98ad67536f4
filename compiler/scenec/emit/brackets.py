"""Lay nested brackets out over lines: flat where they fit, otherwise one item a line.

Within brackets a long sum has one term a line.
"""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 100
_SIGNS = (" + ", " - ")


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
    if item.opening == "[" and all(_is_short(part, indent + 4) for part in item.items):
        inner = _filled([str(part) for part in item.items], indent + 4)
    else:
        comma = "" if item.groups else ","
        inner = [line for part in item.items for line in within(part, indent + 4, comma)]
    return [pad + item.opening, *inner, pad + item.closing + tail]


def within(item: Brackets | str, indent: int, tail: str) -> list[str]:
    """Lines of an item that stands within brackets."""
    flat = _flat(item)
    terms = _split(flat, _SIGNS, keep=True)
    if len(terms) <= 1 or indent + len(flat + tail) <= WIDTH:
        return lines(item, indent, tail)
    inner = [line for term in terms[:-1] for line in lines(parse(term), indent)]
    return [*inner, *lines(parse(terms[-1]), indent, tail)]


def assignment(text: str) -> Brackets | str:
    """`name = sum` or `a, b, c = value` with brackets of its own, where no others break it."""
    target, equals, value = text.partition(" = ")
    names = _split(target, (",",))
    if equals and len(names) > 1:
        return Brackets("(", tuple(names), f"){equals}{value}")
    if len(_split(value, _SIGNS)) > 1:
        return Brackets(f"{target}{equals}(", (parse(value),), ")", groups=True)
    return parse(text)


def parse(text: str) -> Brackets | str:
    """One line of Python as text before, inside and after the longest of its outermost brackets.

    What stands before the brackets stays with the opening one, what follows with the closing one;
    a line without brackets is itself. Subscripts are never broken.
    """
    spans = [span for span in _outermost(text) if not _is_subscript(text, span[0])]
    if not spans:
        return text
    start, stop = max(spans, key=lambda span: span[1] - span[0])
    inside = text[start + 1 : stop]
    items = tuple(parse(item) for item in _split(inside, (",",)))
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


def _split(text: str, marks: tuple[str, ...], *, keep: bool = False) -> list[str]:
    """Text split at its outermost `marks`; `keep` them at the head of what follows."""
    parts, depth, last = [], 0, 0
    for i, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        mark = next((m for m in marks if depth == 0 and text.startswith(m, i)), "")
        if mark:
            parts.append(text[last:i].strip())
            last = i if keep else i + len(mark)
    parts.append(text[last:].strip())
    return [part for part in parts if part]


def _flat(item: Brackets | str) -> str:
    return item if isinstance(item, str) else item.flat()


def _is_short(item: Brackets | str, indent: int) -> bool:
    """Whether an item is text that fits into a line."""
    return isinstance(item, str) and indent + len(item) < WIDTH


def _filled(parts: list[str], indent: int) -> list[str]:
    """A long list of short items, filled line by line."""
    filled: list[str] = []
    for part in parts:
        if filled and len(filled[-1]) + len(part) + 2 <= WIDTH:
            filled[-1] += f" {part},"
        else:
            filled.append(" " * indent + part + ",")
    return filled
