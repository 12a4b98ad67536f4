"""Which numbers of a file can be made parameters, and which are to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scenec.diagnostics import Span, did_you_mean
from scenec.passes.resolve.context import Context
from scenec.passes.resolve.parameters import ALL
from scenec.syntax.leaves import Count, Measure
from scenec.syntax.nodes import Items, Text
from scenec.syntax.noun import Noun
from scenec.syntax.schema import Scene, Use
from scenec.syntax.schema_bodies import Body
from scenec.syntax.schema_world import Param


@dataclass(frozen=True)
class Freedom:
    """The paths asked for. `tolerant` says that they were not named one by one (`all`), so that
    those that cannot be freed are passed over."""

    paths: frozenset[str]
    named: tuple[str, ...]
    known: dict[str, bool]
    tolerant: bool
    params: tuple[str, ...]

    @staticmethod
    def of(scene: Scene, free: Sequence[str]) -> Freedom:
        """What `free` means in `scene`."""
        if not free:
            return Freedom(frozenset(), (), {}, False, ())
        known = dict(numeric_paths(scene))
        named = tuple(path for path in free if path != ALL)
        every = {path for path, written in known.items() if written} if ALL in free else set()
        covered = {p for p in named if any(p.startswith(outer + ".") for outer in every)}
        paths = frozenset(every | set(named) - covered)
        return Freedom(paths, named, known, ALL in free, tuple(scene.params))

    def check(self, context: Context) -> None:
        """Reports the paths that name no number, or one that cannot be free."""
        found = {parameter.name for parameter in context.parameters.found}
        for path in self.named:
            if path in context.parameters.varying:
                message = f"`{path}` has another value in each instance of its template"
                hint = "free the argument of the use instead, as in `use.0.x`"
                context.reporter.error("E0314", message, _place(path), hint)
            elif path not in found and path not in self.params:
                self._report(path, context)

    def _report(self, path: str, context: Context) -> None:
        outer = next((p for p in self.named if path.startswith(p + ".")), None)
        if path.startswith("params."):
            message, hint = f"`{path}` is a parameter already", "take it from --free"
        elif outer is not None:
            message = f"`{path}` is a part of `{outer}`, which is free too"
            hint = "free one of them"
        elif path in self.known:
            message = f"`{path}` has no number of its own that the simulation uses"
            hint = "write its value into the file"
        else:
            candidates = [*self.known, *(f"params.{name}" for name in self.params)]
            meant = did_you_mean(path, candidates, "name it by its keys: `bodies.torso.mass`")
            context.reporter.error("E0313", f"no number stands at `{path}`", _place(path), meant)
            return
        context.reporter.error("E0314", message, _place(path), hint)


def _place(path: str) -> Span:
    return Span(f"--free {path}", 1, 1, len(path))


def numeric_paths(scene: Scene) -> Iterator[tuple[str, bool]]:
    """Every number of the scene by its path, with whether the file writes it."""
    for path, written in _of_noun(scene, ()):
        yield ".".join(path), written


def _of_noun(noun: Noun, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bool]]:
    for name, field in type(noun).model_fields.items():
        value, written = getattr(noun, name), name in noun.model_fields_set
        measure = next((m for m in field.metadata if isinstance(m, Measure)), None)
        place = (*path, field.alias or name)
        if isinstance(value, dict | list | Noun) and not isinstance(value, Items):
            yield from _of_parts(value, place, written)
        elif isinstance(measure, Count) or value is None:
            continue
        elif measure is not None or (isinstance(noun, Body) and name == "inertia"):
            yield place, written
    if isinstance(noun, Use):
        yield from (((*path, name), True) for name in noun.model_extra or {})


def _of_parts(
    value: Any, path: tuple[str, ...], written: bool
) -> Iterator[tuple[tuple[str, ...], bool]]:
    if isinstance(value, Param):
        return
    if isinstance(value, Noun):
        yield from ((inner, own and written) for inner, own in _of_noun(value, path))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _of_item(item, (*path, str(key)), written)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _of_item(item, (*path, str(number)), written)


def _of_item(
    item: Any, path: tuple[str, ...], written: bool
) -> Iterator[tuple[tuple[str, ...], bool]]:
    if isinstance(item, Noun):
        yield from _of_parts(item, path, written)
    elif isinstance(item, Text | Items) and "constants" in path[-2:]:
        yield path, written
