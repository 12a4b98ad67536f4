"""Template instances: each use becomes a scope of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scenec.diagnostics import Note, did_you_mean
from scenec.passes.resolve.context import Context
from scenec.passes.resolve.evaluate import PlacedError, ReportedError
from scenec.passes.resolve.scope import Argument, Scope
from scenec.syntax.leaves import IDENTIFIER, RESERVED
from scenec.syntax.nodes import Hole, Table, Text
from scenec.syntax.schema import Scene, Template, Use

MAX_INSTANCES = 10_000
_NOTHING = Template()


def expand(scene: Scene, context: Context) -> list[Scope]:
    """The scene's own scope, followed by that of every template instance in the author's order."""
    top = Scope(context, scene)
    expansion = _Expansion(scene, top)
    expansion.uses(top, ())
    for scope in expansion.scopes:
        scope.evaluate_all()
    return expansion.scopes


class _Expansion:
    """Makes the instances' scopes."""

    def __init__(self, scene: Scene, top: Scope) -> None:
        self.scene, self.context = scene, top.context
        self.scopes = [top]
        self.full = False

    def uses(self, outer: Scope, open_templates: tuple[str, ...]) -> None:
        """Makes the instances that stand in `outer`."""
        for number, use in enumerate(outer.things.use):
            path = (*outer.path, "use", str(number))
            if isinstance(use.template, Hole):
                self.context.instances_missing = True
            elif use.template not in self.scene.templates:
                self._unknown_template(use, outer)
            elif use.template in open_templates:
                way = " -> ".join((*open_templates, use.template))
                message = f"the template uses itself: {way}"
                outer.report("E0310", message, _span(use.template))
            else:
                self._instances(use, outer, path, open_templates)

    def _unknown_template(self, use: Use, outer: Scope) -> None:
        self.context.instances_missing = True
        if ("templates", use.template) in self.context.broken:
            return
        hint = did_you_mean(use.template, self.scene.templates)
        message = f"there is no template called `{use.template}`"
        outer.report("E0305", message, _span(use.template), hint)

    def _instances(
        self, use: Use, outer: Scope, path: tuple[str, ...], open_templates: tuple[str, ...]
    ) -> None:
        template = self.scene.templates[use.template]
        self._check_arguments(use, template, outer)
        for turn in self._turns(use, outer):
            if self._is_full(use, outer):
                return
            scope = self._instance(use, template, turn, outer, path)
            if scope is not None:
                self.uses(scope, (*open_templates, use.template))

    def _is_full(self, use: Use, outer: Scope) -> bool:
        """Whether the scene has all the instances that it may have; says so once."""
        if len(self.scopes) > MAX_INSTANCES and not self.full:
            self.full = True
            message = f"the scene has more than {MAX_INSTANCES} template instances"
            outer.report("E0311", message, _span(use.template))
        return self.full

    def _instance(
        self, use: Use, template: Template, turn: Scope, outer: Scope, path: tuple[str, ...]
    ) -> Scope | None:
        name = self._name(use, turn)
        if name is None:
            return None
        if name in outer.instances:
            message = f"two instances are called `{name}`"
            outer.report("E0306", message, _span(use.name), "give each its own name")
            return None
        note = Note(f"in use `{outer.prefix}{name}` of template `{use.template}`", use.span)
        given: dict[str, Any] = use.model_extra or {}
        scope = Scope(
            self.context,
            template,
            f"{outer.prefix}{name}.",
            ("templates", str(use.template)),
            outer,
            (*outer.notes, note),
            {a: Argument(given.get(a, _hole(use)), turn, (*path, a)) for a in template.args},
        )
        outer.instances[name] = scope
        self.scopes.append(scope)
        return scope

    def _name(self, use: Use, turn: Scope) -> str | None:
        if isinstance(use.name, Hole):
            self.context.instances_missing = True
            return None
        try:
            name = str(turn.filled(_text(use.name)))
        except PlacedError as fault:
            self.context.take(fault, turn.notes)
            return None
        except ReportedError:
            return None
        if turn.numbers and "{" not in use.name:
            name += str(next(iter(turn.numbers.values())))
        if not re.fullmatch(r"[A-Za-z_][\w-]*", name):
            turn.report("E0205", f"`{name}` cannot be the name of an instance", _span(use.name))
            return None
        return name

    def _turns(self, use: Use, outer: Scope) -> Iterator[Scope]:
        """The scopes in which the use is meant: one for each turn of its `for`."""
        if use.for_ is None:
            yield outer
            return
        text = _text(use.for_)
        match = re.fullmatch(r"\s*(\S+)\s+in\s+(.+?)\s*\.\.\s*(.+?)\s*", text)
        if match is None or not re.fullmatch(IDENTIFIER, match[1]) or match[1] in RESERVED:
            self.context.instances_missing = True
            outer.report("E0312", f"`{text}` is no range", text.span, "write `for: i in 0..3`")
            return
        try:
            first, last = (outer.whole(text.slice(*match.span(group))) for group in (2, 3))
        except (PlacedError, ReportedError) as fault:
            self.context.instances_missing = True
            if isinstance(fault, PlacedError):
                self.context.take(fault, outer.notes)
            return
        if last - first >= MAX_INSTANCES:
            message = f"this makes {last - first + 1} instances; {MAX_INSTANCES} are allowed"
            outer.report("E0311", message, text.span)
            return
        for number in range(first, last + 1):
            yield Scope(
                self.context, _NOTHING, outer.prefix, outer.path, outer, outer.notes,
                numbers={match[1]: number},
            )  # fmt: skip

    def _check_arguments(self, use: Use, template: Template, outer: Scope) -> None:
        given: dict[str, Any] = use.model_extra or {}
        if any(isinstance(name, Hole) for name in template.args):
            return
        for name, value in given.items():
            if name not in template.args:
                hint = did_you_mean(name, template.args, _listed(template.args))
                message = f"template `{use.template}` has no argument `{name}`"
                outer.report("E0309", message, _span(value), hint)
            elif isinstance(value, Table):
                message = f"argument `{name}` must be a quantity, a vector or a name"
                outer.report("E0309", message, _span(value))
        for name in template.args:
            if name not in given:
                message = f"the argument `{name}` of template `{use.template}` is missing"
                outer.report("E0309", message, use.span, f"add `{name}:`")


def _listed(arguments: list[str]) -> str:
    return f"its arguments: {', '.join(arguments)}" if arguments else "it has no arguments"


def _hole(use: Use) -> Hole:
    return Hole("", use.span)


def _text(name: Any) -> Text:
    if not isinstance(name, Text):
        raise TypeError(f"{name!r} is not a text of the scene")
    return name


def _span(node: Any) -> Any:
    return node.span
