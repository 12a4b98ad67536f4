"""Document to Scene: the tree read by the schema, every fault reported, the sound rest kept.

The schema stops at what it cannot read. So that one fault does not hide the next, each fault's node
is repaired (dropped, or a hole put in its place) and the tree is read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scenec.diagnostics import Reporter, Span, closest, did_you_mean
from scenec.syntax.document import Document
from scenec.syntax.leaves import Hole
from scenec.syntax.nodes import Items, Node, Table, Text, copy
from scenec.syntax.schema import Scene

_ROUNDS = 8
_LATER = {"cameras": "cameras are not supported by this version"}
_SECTIONS = ("params", "constants", "materials", "templates", "bodies", "joints", "servos",
             "sensors", "use", "pairs", "world", "options")  # fmt: skip


def validate(document: Document) -> Scene:
    """The scene that `document` describes. Its faults are kept in `Scene.faults`, and what they
    make unusable is left out of it."""
    reporter = Reporter(document.faults, document.included)
    repair = _Repair(document, reporter)
    scene = repair.read()
    scene._faults = reporter.diagnostics
    scene._included = document.included
    scene._broken = frozenset(repair.broken)
    return scene


class _Repair:
    """Reads a tree again and again, each time without the faults found before."""

    def __init__(self, document: Document, reporter: Reporter) -> None:
        self.reporter = reporter
        self.root = _thawed(document.root)
        self.broken: set[tuple[str, ...]] = set()
        self.start = Span(document.file, 1, 1)
        self._prepare(document)

    def _prepare(self, document: Document) -> None:
        """Sees to what the schema does not: later versions' sections, empty ones, the name."""
        for key, message in _LATER.items():
            if key in self.root:
                span = self.root.key(key).span
                hint = "take the section out; a later version will read it"
                self.reporter.error("E0207", message, span, hint)
                del self.root[key]
        _drop_empty_sections(self.root)
        templates = self.root.get("templates")
        for template in templates.values() if isinstance(templates, Table) else ():
            if isinstance(template, Table):
                _drop_empty_sections(template)
        stem = re.sub(r"[^\w. -]", "_", Path(document.file).stem) or "scene"
        self.root.setdefault("name", Text(stem, self.start))

    def read(self) -> Scene:
        """The scene without its faulty parts."""
        for _ in range(_ROUNDS):
            try:
                return Scene.model_validate(self.root)
            except ValidationError as fault:
                for error in fault.errors(include_url=False):
                    self._report(error)
                    self._mend(error)
                _sweep(self.root)
        raise AssertionError(f"the schema still finds faults after {_ROUNDS} repairs")

    def _report(self, error: ErrorDetails) -> None:
        kind, context = error["type"], error.get("ctx", {})
        if kind == "scene":
            for diagnostic in context["diagnostics"]:
                self.reporter.add(diagnostic)
            return
        *_, (container, key) = self._steps(error)
        say = {
            "extra_forbidden": self._unknown_key,
            "missing": self._missing,
            "literal_error": self._wrong_word,
            "union_tag_invalid": self._wrong_type,
            "union_tag_not_found": self._no_type,
        }.get(kind, self._wrong_container)
        say(error, container, key)

    def _steps(self, error: ErrorDetails) -> list[tuple[Table | Items, Any]]:
        """The way from the root to the faulty node, as containers and keys in them. Parts of the
        location that name no key (names of union members) are left out."""
        steps: list[tuple[Table | Items, Any]] = []
        node: Any = self.root
        parts = error["loc"]
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            known = _has(node, part)
            if known or (last and error["type"] == "missing" and isinstance(node, Table)):
                steps.append((node, part))
                node = node[part] if known else None
        return steps or [(self.root, None)]

    def _unknown_key(self, error: ErrorDetails, container: Any, key: Any) -> None:
        known = container.model.keys() if container.model else ()
        known = [k for k in known if isinstance(container.get(k), Hole | None)]
        hint = did_you_mean(str(key), known, f"known keys: {', '.join(known)}" if known else None)
        self.reporter.error("E0201", f"unknown key `{key}`", container.key(key).span, hint)

    def _missing(self, error: ErrorDetails, container: Any, key: Any) -> None:
        if key == "scenec":
            message, hint = "the file does not name its version of the language", "begin with `scenec: 1`"
            self.reporter.error("E0202", message, self.start, hint)
            return
        if _misspelt(container, key):
            return
        hint = f"add `{key}:`{_meaning(container, key)}"
        self.reporter.error("E0202", f"`{key}` is missing", container.span, hint)

    def _wrong_word(self, error: ErrorDetails, container: Any, key: Any) -> None:
        word = container[key]
        if key == "scenec" and isinstance(word, Text):
            message = f"this compiler reads version 1 of the language, not `{word}`"
            self.reporter.error("E0206", message, word.span, "write `scenec: 1`")
            return
        self._say_words(word, key, re.findall(r"'([^']*)'", error["ctx"]["expected"]))

    def _wrong_type(self, error: ErrorDetails, container: Any, key: Any) -> None:
        word = container[key].get("type")
        self._say_words(word, "type", re.findall(r"'([^']*)'", error["ctx"]["expected_tags"]))

    def _say_words(self, word: Node, key: str, allowed: list[str]) -> None:
        listed = ", ".join(f"`{w}`" for w in allowed)
        if isinstance(word, Text):
            hint = did_you_mean(word, allowed, f"write one of {listed}")
            self.reporter.error("E0204", f"`{key}` cannot be `{word}`", word.span, hint)
        else:
            self.reporter.error("E0204", f"`{key}` is one of {listed}", word.span)

    def _no_type(self, error: ErrorDetails, container: Any, key: Any) -> None:
        node = container[key]
        if not isinstance(node, Table):
            message = f"`{key}` must be a table of keys and values"
            self.reporter.error("E0203", message, node.span, "write {key: value, ...}")
        elif error["loc"][-1] in ("inertia", "rotation"):
            kinds = {"inertia": "box, sphere or cylinder", "rotation": "axis, quaternion or rpy"}
            message = f"`{key}` needs one of the keys {kinds[str(key)]}"
            self.reporter.error("E0202", message, node.span, _near_key(node, kinds[str(key)]))
        else:
            self.reporter.error("E0202", f"`{key}` has no `type`", node.span, "add `type:`")

    def _wrong_container(self, error: ErrorDetails, container: Any, key: Any) -> None:
        node = container[key] if key is not None else container
        what = {
            "dict_type": "a table of keys and values",
            "model_type": "a table of keys and values",
            "model_attributes_type": "a table of keys and values",
            "list_type": "a list",
            "tuple_type": "a list",
            "too_short": "a longer list",
            "too_long": "a shorter list",
            "string_type": "text",
        }.get(error["type"], "something else")
        self.reporter.error("E0203", f"`{key}` must be {what}", node.span)

    def _mend(self, error: ErrorDetails) -> None:
        """Changes the tree so that `error` does not come again."""
        steps = self._steps(error)
        container, key = steps[-1]
        kind = error["type"]
        if kind == "missing":
            container[key] = Text("1", self.start) if key == "scenec" else Hole("", container.span)
        elif kind == "literal_error" and key == "scenec":
            container[key] = Text("1", self.start)
        elif kind == "union_tag_invalid" and self._guess_type(error, container[key]):
            self._break(steps)
        elif kind == "scene" and error["loc"][-1] != "[key]" and _is_leaf(container, key):
            container[key] = Hole("", _span(container[key]))
        else:
            self._break(steps)
            container[key] = _GONE

    def _guess_type(self, error: ErrorDetails, table: Table) -> bool:
        """Goes on with the type that was probably meant."""
        allowed = re.findall(r"'([^']*)'", error["ctx"]["expected_tags"])
        meant = closest(str(table["type"]), allowed) if isinstance(table["type"], Text) else None
        if meant is not None:
            table["type"] = Text(meant, table["type"].span)
        return meant is not None

    def _break(self, steps: list[tuple[Table | Items, Any]]) -> None:
        self.broken.add(tuple(str(key) for _, key in steps))


class _Gone:
    """Marks a node to be swept away."""


_GONE = _Gone()


def _has(node: Any, part: Any) -> bool:
    if isinstance(node, Table):
        return part in node
    return isinstance(node, Items) and isinstance(part, int) and part < len(node)


def _is_leaf(container: Any, key: Any) -> bool:
    """Whether a leaf of the schema stands there, so that a hole may take its place."""
    if isinstance(container, Items):
        return True
    return container.model is not None or isinstance(container[key], Text | Items)


def _span(node: Any) -> Span:
    return node.span  # type: ignore[no-any-return]


def _sweep(node: Any) -> None:
    if isinstance(node, Table):
        for key in [key for key, value in node.items() if value is _GONE]:
            del node[key]
    elif isinstance(node, Items):
        node[:] = [item for item in node if item is not _GONE]
    for child in _parts(node):
        _sweep(child)


def _parts(node: Any) -> Iterator[Any]:
    if isinstance(node, Table):
        yield from node.values()
    elif isinstance(node, Items):
        yield from node


def _thawed(root: Table) -> Table:
    """A copy of the tree that repairs may change."""
    made = copy(root)
    if not isinstance(made, Table):
        raise AssertionError("the copy of a table is a table")
    return made


def _drop_empty_sections(table: Table) -> None:
    for section in _SECTIONS:
        value = table.get(section)
        if isinstance(value, Text) and value == "":
            del table[section]


def _meaning(container: Any, key: str) -> str:
    fields = container.model.model_fields if container.model else {}
    text = fields[key].description if key in fields else None
    return f" ({text.rstrip('.')[0].lower()}{text.rstrip('.')[1:]})" if text else ""


def _misspelt(container: Any, key: str) -> bool:
    """Whether an unknown key, reported as such, was probably meant to be `key`."""
    known = container.model.keys() if container.model else ()
    return any(closest(k, [key]) for k in container if k not in known)


def _near_key(node: Table, kinds: str) -> str | None:
    allowed = re.findall(r"\w+", kinds.replace(" or ", " "))
    found = next((c for key in node if (c := closest(key, allowed))), None)
    return f"did you mean `{found}`?" if found else None
