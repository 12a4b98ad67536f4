"""Document to Scene: the tree read by the schema, every fault reported, the sound rest kept.

The schema stops at what it cannot read. So that one fault does not hide the next, each fault's node
is repaired (dropped, or a hole put in its place) and the tree is read again.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scenec.diagnostics import Reporter, Span, closest
from scenec.syntax.document import Document
from scenec.syntax.nodes import Hole, Items, Node, Table, Text, children, copy
from scenec.syntax.schema import Scene
from scenec.syntax.schema_faults import SchemaFaults, allowed_words

__all__ = ["Scene", "validate"]

_ROUNDS = 50
_LATER = {"cameras": "cameras are not supported by this version"}

Steps = list[tuple[Table | Items, Any]]
"""The way from the root to a node, as containers and keys in them."""


def validate(document: Document) -> Scene:
    """The scene that `document` describes. Its faults are kept in `Scene.faults`, and what they
    make unusable is left out of it."""
    reporter = Reporter(document.faults, document.included)
    repair = _Repair(document, reporter)
    scene = repair.read()
    scene.record(reporter.diagnostics, document.included, frozenset(repair.broken))
    return scene


class _Repair:
    """Reads a tree again and again, each time without the faults found before."""

    def __init__(self, document: Document, reporter: Reporter) -> None:
        self.root = Table(document.root.span)
        self.root.update((key, copy(value)) for key, value in document.root.items())
        self.broken: set[tuple[str, ...]] = set()
        self.start = Span(document.file, 1, 1)
        self._faults = SchemaFaults(reporter, self.start)
        self._refuse_later_sections(reporter)
        _drop_empty_sections(self.root)
        stem = re.sub(r"[^\w. -]", "_", Path(document.file).stem) or "scene"
        self.root.setdefault(Text("name", self.start), Text(stem, self.start))

    def _refuse_later_sections(self, reporter: Reporter) -> None:
        for key, message in _LATER.items():
            if key in self.root:
                hint = "take the section out; a later version will read it"
                reporter.error("E0207", message, self.root.key(key).span, hint)
                del self.root[key]

    def read(self) -> Scene:
        """The scene without its faulty parts."""
        for _ in range(_ROUNDS):
            try:
                return Scene.model_validate(self.root)
            except ValidationError as fault:
                self._take(fault.errors(include_url=False))
                _sweep(self.root)
        raise AssertionError(f"the schema still finds faults after {_ROUNDS} repairs")

    def _take(self, errors: list[ErrorDetails]) -> None:
        """Reports errors and mends what they are about, unless an earlier one took it away."""
        for error in errors:
            steps = self._steps(error)
            container, key = steps[-1]
            gone = _has(container, key) and container[key] is _GONE
            if not gone or error["type"] == "scene":
                self._faults.report(error, container, key)
            if not gone:
                self._mend(error, steps)

    def _steps(self, error: ErrorDetails) -> Steps:
        """The way to the faulty node. Parts of the error's location that name no key (those of
        union members) are left out."""
        steps: Steps = []
        node: Any = self.root
        parts = error["loc"]
        for number, part in enumerate(parts):
            absent = error["type"] == "missing" and number == len(parts) - 1
            absent = absent and isinstance(node, Table | Items)
            if absent or _has(node, part):
                steps.append((node, part))
                node = None if absent else node[part]
        return steps

    def _mend(self, error: ErrorDetails, steps: Steps) -> None:
        """Changes the tree so that `error` does not come again."""
        container, key = steps[-1]
        kind = error["type"]
        if container is self.root and key == "scenec":
            self.root[Text(key, self.start)] = Text("1", self.start)
        elif kind == "missing" and isinstance(container, Table):
            container[Text(key, container.span)] = Hole("", container.span)
        elif kind == "missing":
            self._drop(steps[:-1])
        elif kind == "union_tag_invalid" and _guess_type(error, container[key]):
            self.broken.add(_path(steps))
        elif kind == "scene" and error["loc"][-1] != "[key]":
            container[key] = Hole("", container[key].span)
        else:
            self._drop(steps)

    def _drop(self, steps: Steps) -> None:
        """Takes a node out, and with it what cannot be without it."""
        container, key = steps[-1]
        while isinstance(container, Table) and container.model and container.model.needs(key):
            steps = steps[:-1]
            container, key = steps[-1]
        self.broken.add(_path(steps))
        container[key] = _GONE


_GONE = object()
"""Marks a node to be swept away."""


def _path(steps: Steps) -> tuple[str, ...]:
    return tuple(str(key) for _, key in steps)


def _has(node: Any, part: Any) -> bool:
    if isinstance(node, Table):
        return part in node
    return isinstance(node, Items) and isinstance(part, int) and part < len(node)


def _guess_type(error: ErrorDetails, table: Table) -> bool:
    """Goes on with the type that was probably meant."""
    word = table["type"]
    meant = closest(word, allowed_words(error)) if isinstance(word, Text) else None
    if meant is not None:
        table["type"] = Text(meant, word.span)
    return meant is not None


def _sweep(node: Node) -> None:
    """Takes out what has been marked."""
    if isinstance(node, Table):
        for key in [key for key, value in node.items() if value is _GONE]:
            del node[key]
    elif isinstance(node, Items):
        node[:] = [item for item in node if item is not _GONE]
    for _, child in children(node):
        _sweep(child)


def _drop_empty_sections(root: Table) -> None:
    """A section whose entries are all commented out is no fault."""
    templates = root.get("templates")
    inner = templates.values() if isinstance(templates, Table) else ()
    for table in (root, *(t for t in inner if isinstance(t, Table))):
        for key, value in list(table.items()):
            if isinstance(value, Text) and value == "" and key not in ("name", "scenec"):
                del table[key]
