"""The named things of all levels, and what a reference to one means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from scenec.diagnostics import did_you_mean
from scenec.passes.resolve.evaluate import PlacedError, ReportedError
from scenec.passes.resolve.scope import Scope
from scenec.syntax.nodes import Hole, Text
from scenec.syntax.noun import Noun
from scenec.syntax.schema import Scene

SECTIONS = ("materials", "bodies", "joints", "servos", "sensors")
_KINDS = {
    "materials": ("material", "E0304"),
    "bodies": ("body", "E0301"),
    "joints": ("joint", "E0302"),
    "servos": ("servo", "E0303"),
    "planes": ("plane", "E0301"),
}


@dataclass(frozen=True)
class Thing:
    """One thing: its full name, where its names are meant, and where it stands in the file."""

    name: str
    noun: Noun
    scope: Scope
    path: tuple[str, ...]


@dataclass
class Things:
    """All things by section and full name."""

    of: dict[str, dict[str, Thing]] = field(default_factory=dict)

    @staticmethod
    def collect(scopes: list[Scope], scene: Scene) -> Things:
        """The things of all levels, in the author's order."""
        made = Things({section: {} for section in (*SECTIONS, "planes")})
        for scope in scopes:
            for section in SECTIONS:
                made._collect(scope, section, getattr(scope.things, section), (section,))
        made._collect(scopes[0], "planes", scene.world.planes, ("world", "planes"))
        made._refuse_shared_names()
        return made

    def _collect(
        self, scope: Scope, section: str, nouns: Mapping[str, Noun], path: tuple[str, ...]
    ) -> None:
        for name, noun in nouns.items():
            full = scope.prefix + name
            self.of[section][full] = Thing(full, noun, scope, (*scope.path, *path, name))

    def _refuse_shared_names(self) -> None:
        for name, plane in self.of["planes"].items():
            if name in self.of["bodies"]:
                message = f"`{name}` is the name of a body and of a plane"
                plane.scope.report("E0306", message, plane.noun.span, "rename one of them")

    def find(self, section: str, reference: Text, scope: Scope) -> Thing | None:
        """The thing of `section` that `reference` means, or None after a report."""
        return self.find_in((section,), reference, scope)

    def find_in(self, sections: tuple[str, ...], reference: Text, scope: Scope) -> Thing | None:
        """The thing of one of `sections` that `reference` means, or None after a report."""
        name, meant_in = self.meaning(reference, scope)
        if name is None or meant_in is None:
            return None
        found = self.known(sections, name, meant_in)
        if found is None and not self._is_broken(sections, name, meant_in):
            self._report_unknown(sections, name, reference, scope)
        return found

    def meaning(self, reference: Text, scope: Scope) -> tuple[Text | None, Scope | None]:
        """The name that `reference` stands for and the scope in which it is meant."""
        if isinstance(reference, Hole):
            return None, None
        try:
            name, meant_in = scope.meant(reference)
        except PlacedError as fault:
            scope.context.take(fault, scope.notes)
            return None, None
        except ReportedError:
            return None, None
        return (None, None) if isinstance(name, Hole) else (name, meant_in)

    def known(self, sections: tuple[str, ...], name: str, scope: Scope) -> Thing | None:
        """The thing called `name`: the instance's own first, then those of the levels around."""
        for level in scope.levels():
            for section in sections:
                found = self.of[section].get(level.prefix + name)
                if found is not None:
                    return found
        return None

    def _is_broken(self, sections: tuple[str, ...], name: str, scope: Scope) -> bool:
        """Whether the name is that of a thing, or of a whole instance, left out for its faults."""
        broken = scope.context.broken
        last = name.rpartition(".")[2]
        for path in broken:
            if path[0] in ("use", "templates") and "." in name:
                return True
            if any(section in path for section in sections) and path[-1] == last:
                return True
            if path[-1] in sections:
                return True
        return scope.context.instances_missing and "." in name

    def _report_unknown(
        self, sections: tuple[str, ...], name: str, reference: Text, scope: Scope
    ) -> None:
        kinds = " or ".join(_KINDS[section][0] for section in sections)
        code = _KINDS[sections[0]][1]
        candidates = list(self._candidates(sections, scope))
        listed = ", ".join(candidates[:8])
        otherwise = f"known: {listed}" if 0 < len(candidates) <= 8 else None
        hint = did_you_mean(name, candidates, otherwise)
        scope.report(code, f"there is no {kinds} called `{name}`", reference.span, hint)

    def _candidates(self, sections: tuple[str, ...], scope: Scope) -> Iterator[str]:
        for section in sections:
            own = [n for n in self.of[section] if scope.prefix and n.startswith(scope.prefix)]
            yield from (n.removeprefix(scope.prefix) for n in own)
            yield from (n for n in self.of[section] if n not in own)
