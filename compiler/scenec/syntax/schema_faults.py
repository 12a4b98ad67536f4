"""What the schema takes offence at, in an author's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pydantic_core import ErrorDetails

from scenec.diagnostics import Reporter, Span, closest, did_you_mean
from scenec.syntax.nodes import Hole, Items, Table, Text

_CONTAINERS = {
    "dict_type": "a table of keys and values",
    "model_type": "a table of keys and values",
    "model_attributes_type": "a table of keys and values",
    "list_type": "a list",
    "tuple_type": "a list",
    "too_short": "a longer list",
    "too_long": "a shorter list",
    "string_type": "text",
    "missing": "a longer list",
}
_FORMS = {
    "inertia": ("box", "sphere", "cylinder"),
    "rotation": ("axis", "quaternion", "rpy"),
}


class SchemaFaults:
    """Reports the schema's errors; `start` is where faults of the whole file are shown."""

    def __init__(self, reporter: Reporter, start: Span) -> None:
        self._reporter, self._start = reporter, start
        self._words: dict[str, Callable[[ErrorDetails, Any, Any], None]] = {
            "extra_forbidden": self._unknown_key,
            "missing": self._missing,
            "literal_error": self._wrong_word,
            "union_tag_invalid": self._wrong_type,
            "union_tag_not_found": self._no_type,
        }

    def report(self, error: ErrorDetails, container: Any, key: Any) -> None:
        """Reports `error`, which is about `key` of `container`."""
        if error["type"] == "scene":
            for diagnostic in error["ctx"]["diagnostics"]:
                self._reporter.add(diagnostic)
        else:
            self._words.get(error["type"], self._wrong_container)(error, container, key)

    def _unknown_key(self, _: ErrorDetails, container: Any, key: Any) -> None:
        other = _other_form(container, key)
        if other is not None:
            message = f"`{key}` and `{other}` exclude each other"
            self._reporter.error("E0208", message, container.key(key).span, "keep one of them")
            return
        known = [k for k in keys(container) if isinstance(container.get(k), Hole | None)]
        hint = did_you_mean(str(key), known, f"known keys: {', '.join(known)}" if known else None)
        self._reporter.error("E0201", f"unknown key `{key}`", container.key(key).span, hint)

    def _missing(self, error: ErrorDetails, container: Any, key: Any) -> None:
        if not isinstance(container, Table):
            self._wrong_container(error, container, key)
        elif key == "scenec":
            message = "the file does not name its version of the language"
            self._reporter.error("E0202", message, self._start, "begin with `scenec: 1`")
        elif not _misspelt(container, key):
            hint = f"add `{key}:`{_meaning(container, key)}"
            self._reporter.error("E0202", f"`{key}` is missing", container.span, hint)

    def _wrong_word(self, error: ErrorDetails, container: Any, key: Any) -> None:
        word = container[key]
        if key == "scenec" and isinstance(word, Text):
            message = f"this compiler reads version 1 of the language, not `{word}`"
            self._reporter.error("E0206", message, word.span, "write `scenec: 1`")
        else:
            self._say_words(word, key, allowed_words(error))

    def _wrong_type(self, error: ErrorDetails, container: Any, key: Any) -> None:
        self._say_words(container[key]["type"], "type", allowed_words(error))

    def _say_words(self, word: Any, key: str, allowed: list[str]) -> None:
        listed = ", ".join(f"`{w}`" for w in allowed)
        if isinstance(word, Text):
            hint = did_you_mean(word, allowed, f"write one of {listed}")
            self._reporter.error("E0204", f"`{key}` cannot be `{word}`", word.span, hint)
        else:
            self._reporter.error("E0204", f"`{key}` must be one of {listed}", word.span)

    def _no_type(self, _: ErrorDetails, container: Any, key: Any) -> None:
        node = container[key]
        if not isinstance(node, Table):
            message = f"{_named(key)} must be a table of keys and values"
            self._reporter.error("E0203", message, node.span, "write {key: value, ...}")
        elif key in _FORMS:
            *others, last = _FORMS[key]
            message = f"`{key}` needs one of the keys {', '.join(others)} or {last}"
            meant = (c for k in node if (c := closest(k, _FORMS[key])))
            hint = next((f"did you mean `{c}`?" for c in meant), None)
            self._reporter.error("E0202", message, node.span, hint)
        else:
            self._reporter.error("E0202", f"{_named(key)} has no `type`", node.span, "add `type:`")

    def _wrong_container(self, error: ErrorDetails, container: Any, key: Any) -> None:
        found = _has(container, key)
        node = container[key] if found else container
        what = _CONTAINERS.get(error["type"], "something else")
        name = _named(key) if found and not isinstance(container, Items) else "this"
        self._reporter.error("E0203", f"{name} must be {what}", node.span)


def keys(container: Any) -> tuple[str, ...]:
    """The keys that a table may have, as far as the schema has read it."""
    return container.model.keys() if isinstance(container, Table) and container.model else ()


def allowed_words(error: ErrorDetails) -> list[str]:
    """The words that would have been right, from an error about a wrong one."""
    context = error["ctx"]
    return re.findall(r"'(?:type )?([^']*)'", context.get("expected") or context["expected_tags"])


def _other_form(table: Table, key: str) -> str | None:
    """The key that says in another form what `key` says, if the table has both."""
    forms = next((f for f in _FORMS.values() if key in f and set(f) & set(keys(table))), ())
    return next((form for form in forms if form != key and form in table), None)


def _named(key: Any) -> str:
    return f"item {key} of this list" if isinstance(key, int) else f"`{key}`"


def _has(container: Any, key: Any) -> bool:
    if isinstance(container, Table):
        return key in container
    return isinstance(key, int) and key < len(container)


def _meaning(container: Table, key: str) -> str:
    fields = container.model.model_fields if container.model else {}
    text = fields[key].description if key in fields else None
    return f" ({text[0].lower()}{text[1:].rstrip('.')})" if text else ""


def _misspelt(container: Table, key: str) -> bool:
    """Whether an unknown key, reported as such, was probably meant to be `key`."""
    return any(closest(k, [key]) for k in container if k not in keys(container))
