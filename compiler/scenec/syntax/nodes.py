"""The nodes of a scene file: text, tables and lists that know where they stand.

They are subclasses of str, dict and list, so that the schema reads them as
it would read plain data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from scenec.diagnostics import Span

if TYPE_CHECKING:
    from scenec.syntax.noun import Noun


class Text(str):
    """A scalar: its text, where it stands, and where the text's first letter stands.

    `exact` says that letter i of the text stands i columns after `start` (it does not where the
    file breaks the text over lines or escapes letters).
    """

    __slots__ = ("exact", "span", "start")
    span: Span
    start: Span
    exact: bool

    def __new__(cls, text: str, span: Span, start: Span | None = None, exact: bool = True) -> Text:
        """A text that stands at `span`."""
        made = super().__new__(cls, text)
        made.span, made.start, made.exact = span, start or span, exact
        return made

    def __deepcopy__(self, memo: dict[int, Any]) -> Text:
        return self

    def part(self, first: int, last: int) -> Span:
        """Where letters `first` to `last` stand; the whole text where that is not known."""
        if not self.exact:
            return self.span
        start = self.start
        return Span(start.file, start.line, start.column + first, max(1, last - first))

    def slice(self, first: int, last: int) -> Text:
        """Letters `first` to `last` as a text of their own."""
        span = self.part(first, last)
        return Text(str(self)[first:last], span, span, self.exact)


class Hole(Text):
    """Stands in for a leaf that is missing or wrong, so that the rest can still be checked."""


class Table(dict[str, Any]):
    """A mapping in the file's order; its keys are Text."""

    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span
        self.model: type[Noun] | None = None  # which noun of the schema it was read as

    def key(self, name: str) -> Text:
        """The key called `name`, as it stands in the file."""
        return next(key for key in self if key == name and isinstance(key, Text))


class Items(list[Any]):
    """A sequence."""

    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span

    def __deepcopy__(self, memo: dict[int, Any]) -> Items:
        return self


Node = Text | Table | Items


def children(node: Node) -> Iterator[tuple[str | int, Node]]:
    """The named or numbered parts of a node."""
    if isinstance(node, Table):
        yield from node.items()
    elif isinstance(node, Items):
        yield from enumerate(node)


def copy(node: Node) -> Node:
    """A copy that shares no table or list with `node`."""
    if isinstance(node, Text):
        return node
    made: Table | Items
    if isinstance(node, Table):
        made = Table(node.span)
        made.update((key, copy(value)) for key, value in node.items())
        return made
    made = Items(node.span)
    made.extend(copy(value) for value in node)
    return made


def extent(node: Node) -> tuple[int, int]:
    """Number of nodes in `node`, itself included, and how many levels deep it is."""
    parts = [extent(child) for _, child in children(node)]
    return 1 + sum(count for count, _ in parts), 1 + max((depth for _, depth in parts), default=0)
