"""One YAML file to nodes.

The tree is built from YAML's events, one at a time, with limits on size, depth and what aliases
expand to: a hostile file costs no more than an honest one. Every scalar stays text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml import events

from scenec.diagnostics import Reporter, Span
from scenec.syntax.nodes import Hole, Items, Node, Table, Text, copy, extent

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 200_000

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnreadableError(Exception):
    """The file yields no tree; the reason has been reported."""


def read_text(path: Path, file: str, origin: Span, reporter: Reporter) -> str:
    """The text of the file at `path`, which diagnostics call `file`; `origin` is who asks."""
    try:
        if path.is_dir():
            raise IsADirectoryError
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as fault:
        reporter.error("E0101", f"`{file}` cannot be read: {_reason(fault)}", origin)
        raise UnreadableError from fault
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024**2} MiB"
        hint = "repeat alike parts with `templates` and `use`"
        reporter.error("E0102", f"`{file}` is larger than {limit}", origin, hint)
        raise UnreadableError
    return _decode(data, file, reporter)


def _reason(fault: OSError | ValueError) -> str:
    match fault:
        case FileNotFoundError():
            return "there is no such file"
        case IsADirectoryError():
            return "it is a folder"
        case PermissionError():
            return "its permissions forbid it"
    return "the system refuses it"


def _decode(data: bytes, file: str, reporter: Reporter) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        before = data[: fault.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        message = f"byte 0x{data[fault.start]:02x} is not UTF-8 text"
        reporter.error("E0103", message, Span(file, line, column), "save the file as UTF-8")
        raise UnreadableError from fault


def read_nodes(text: str, file: str, reporter: Reporter) -> Node:
    """The tree of the one document in `text`; UnreadableError where there is none."""
    builder = _Builder(file, text.splitlines(), reporter)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        span = Span(file, mark.line + 1, mark.column + 1) if mark else Span(file, 1, 1)
        message = f"the file is not valid YAML: {fault.problem}"
        reporter.error("E0104", message, span, _yaml_hint(text, mark))
        raise UnreadableError from fault
    except yaml.YAMLError as fault:
        reporter.error("E0104", *_special_character(text, file))
        raise UnreadableError from fault
    if builder.root is None:
        reporter.error("E0105", "the file is empty", Span(file, 1, 1), "begin with `scenec: 1`")
        raise UnreadableError
    return builder.root


def _yaml_hint(text: str, mark: Any) -> str:
    lines = text.splitlines()
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "\t" in line:
        return "indent with spaces, not with tabs"
    if "{" in line:
        return "check brackets and colons; within {...} an expression with [ ] or , needs quotes"
    return "check the indentation and the brackets, quotes and colons around this place"


def _special_character(text: str, file: str) -> tuple[str, Span]:
    for number, line in enumerate(text.split("\n"), 1):
        for column, letter in enumerate(line, 1):
            if not letter.isprintable() and letter not in "\t\r":
                message = f"the file holds the control character U+{ord(letter):04X}"
                return message, Span(file, number, column)
    return "the file holds a character that YAML does not allow", Span(file, 1, 1)


@dataclass
class _Open:
    """A table or list whose end has not come yet, and the key that waits for its value."""

    node: Table | Items
    anchor: str | None
    key: Text | None = None


@dataclass
class _Builder:
    """Builds the tree from events; an explicit stack, so that depth costs no recursion."""

    file: str
    lines: list[str]
    reporter: Reporter
    root: Node | None = None
    documents: int = 0
    nodes: int = 0
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)

    def take(self, event: Any) -> None:
        """Adds what `event` says to the tree."""
        if isinstance(event, events.DocumentStartEvent):
            self._begin_document(event)
        elif isinstance(event, events.ScalarEvent):
            tagged = self._refuse_tag(event)
            self._place(self._hole(event) if tagged else self._text(event), event.anchor)
        elif isinstance(event, events.CollectionStartEvent):
            self._refuse_tag(event)
            self._open(event)
        elif isinstance(event, events.CollectionEndEvent):
            done = self.stack.pop()
            self._place(done.node, done.anchor)
        elif isinstance(event, events.AliasEvent):
            self._alias(event)

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        length = end.column - start.column
        if end.line != start.line:
            line = self.lines[start.line] if start.line < len(self.lines) else ""
            length = len(line) - start.column
        return Span(self.file, start.line + 1, start.column + 1, max(1, length))

    def _fail(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.reporter.error(code, message, span, hint)
        raise UnreadableError

    def _begin_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            hint = "put each scene into a file of its own"
            self._fail("E0106", "a second document begins here", self._span(event), hint)

    def _refuse_tag(self, event: Any) -> bool:
        if event.tag is not None:
            hint = "take the tag away: every value is text to the scene language"
            message = "YAML tags are not used in scenes"
            self.reporter.error("E0109", message, self._span(event), hint)
        return event.tag is not None

    def _hole(self, event: Any) -> Text:
        return Hole("", self._span(event))

    def _text(self, event: Any) -> Text:
        span = self._span(event)
        exact = event.start_mark.line == event.end_mark.line
        if not event.style:  # plain; libyaml says "" where PyYAML says None
            return Text(event.value, span, span, exact)
        inside = Span(span.file, span.line, span.column + 1, max(1, span.length - 2))
        exact = exact and event.style in "'\"" and len(event.value) == span.length - 2
        return Text(event.value, span, inside, exact)

    def _open(self, event: Any) -> None:
        span = self._span(event)
        if len(self.stack) >= MAX_DEPTH:
            self._fail("E0111", f"the file is nested more than {MAX_DEPTH} levels deep", span)
        if self.stack and self.stack[-1].key is not None:
            span = self.stack[-1].key.span
        table = isinstance(event, events.MappingStartEvent)
        self.stack.append(_Open(Table(span) if table else Items(span), event.anchor))

    def _alias(self, event: Any) -> None:
        span = self._span(event)
        if any(outer.anchor == event.anchor for outer in self.stack):
            self._fail("E0110", f"the alias `*{event.anchor}` contains itself", span)
        if event.anchor not in self.anchors:
            self._fail("E0110", f"no anchor `&{event.anchor}` stands before this alias", span)
        node = self.anchors[event.anchor]
        count, depth = extent(node)
        if len(self.stack) + depth > MAX_DEPTH + 1:
            message = f"this alias nests the file more than {MAX_DEPTH} levels deep"
            self._fail("E0111", message, span)
        self._count(count - 1, span)
        self._place(copy(node), None, span)

    def _count(self, nodes: int, span: Span) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            message = f"the file has more than {MAX_NODES} values, those of its aliases counted"
            hint = "repeat alike parts with `templates` and `use`"
            self._fail("E0112", message, span, hint)

    def _place(self, node: Node, anchor: str | None, span: Span | None = None) -> None:
        """Puts a finished node where it belongs: root, list item, key or value."""
        self._count(1, span or node.span)
        if anchor is not None:
            self.anchors[anchor] = node
        if not self.stack:
            self.root = node
            return
        outer = self.stack[-1]
        if isinstance(outer.node, Items):
            outer.node.append(node)
        elif outer.key is None:
            outer.key = self._key(node)
        else:
            self._store(outer.node, outer.key, node)
            outer.key = None

    def _key(self, node: Node) -> Text:
        if isinstance(node, Text):
            return node
        self._fail("E0108", "a key must be plain text", node.span)
        raise AssertionError("unreachable")

    def _store(self, table: Table, key: Text, value: Node) -> None:
        if key in table:
            first = table.key(key).span.line
            message = f"`{key}` stands twice in this table, first in line {first}"
            self.reporter.error("E0107", message, key.span, "keep one of them or rename one")
        else:
            table[key] = value
