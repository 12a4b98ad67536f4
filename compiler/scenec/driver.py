"""The pipeline, from a scene file to a compiled scene.

    parse     file        -> Document   YAML nodes with their places, includes merged
    validate  Document    -> Scene      the nouns of the language, checked field by field
    resolve   Scene       -> SceneIR    names, units, templates and parameters resolved
    flatten   SceneIR     -> LayoutIR   trees and rows, flat
    emit      LayoutIR    -> Artifact   the program and its manifest

After resolve and flatten a verifier checks what the stage promises; a failure there is a fault of
the compiler, never of the author.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from os import PathLike
from typing import Any

import scenec
from scenec.diagnostics import Diagnostic
from scenec.emit.artifact import Artifact
from scenec.emit.manifest import describe
from scenec.emit.program import emit_program
from scenec.ir import show as printers
from scenec.ir import verify
from scenec.ir.layout import LayoutIR
from scenec.ir.scene import SceneIR
from scenec.passes.flatten import flatten
from scenec.passes.lint import lint
from scenec.passes.resolve import resolve
from scenec.syntax.document import Document, parse
from scenec.syntax.validate import Scene, validate


class Stage(StrEnum):
    """The stages, in order."""

    PARSE = "parse"
    VALIDATE = "validate"
    RESOLVE = "resolve"
    FLATTEN = "flatten"
    EMIT = "emit"


@dataclass
class Compilation:
    """What the stages made; None beyond the last one asked for."""

    document: Document | None = None
    scene: Scene | None = None
    scene_ir: SceneIR | None = None
    layout: LayoutIR | None = None
    artifact: Artifact | None = None
    warnings: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True)
class _Request:
    path: str | PathLike[str]
    free: Sequence[str]
    settings: Sequence[tuple[str, str]]


def compile_file(
    path: str | PathLike[str],
    *,
    free: Sequence[str] = (),
    settings: Sequence[tuple[str, str]] = (),
    to: Stage = Stage.EMIT,
) -> Compilation:
    """Compile a scene file up to the stage `to`.

    `free` names numbers of the file that become parameters, `settings` pairs of a path in the file
    and the text to put there. Raises CompileError with all diagnostics where the scene is at fault.
    """
    compilation = Compilation()
    request = _Request(path, free, settings)
    for stage, run in PIPELINE.items():
        run(compilation, request)
        if stage == to:
            break
    return compilation


def _parse(c: Compilation, request: _Request) -> None:
    c.document = parse(request.path, request.settings)


def _validate(c: Compilation, request: _Request) -> None:
    c.scene = validate(c.document)


def _resolve(c: Compilation, request: _Request) -> None:
    c.scene_ir = resolve(c.scene, request.free)
    verify.scene(c.scene_ir)
    c.warnings.extend(lint(c.scene_ir))


def _flatten(c: Compilation, request: _Request) -> None:
    c.layout = flatten(c.scene_ir)
    verify.layout(c.layout)


def _emit(c: Compilation, request: _Request) -> None:
    manifest = describe(c.scene_ir, c.layout, f"scenec {scenec.__version__}")
    c.artifact = Artifact(manifest, emit_program(c.layout), c.document.text())


PIPELINE: dict[Stage, Callable[[Any, _Request], None]] = {
    Stage.PARSE: _parse,
    Stage.VALIDATE: _validate,
    Stage.RESOLVE: _resolve,
    Stage.FLATTEN: _flatten,
    Stage.EMIT: _emit,
}


def show(compilation: Compilation, stage: Stage) -> str:
    """What `stage` made, as text."""
    match stage:
        case Stage.PARSE:
            return compilation.document.text()
        case Stage.VALIDATE:
            return compilation.scene.text()
        case Stage.RESOLVE:
            return printers.show(compilation.scene_ir)
        case Stage.FLATTEN:
            return printers.show(compilation.layout)
        case Stage.EMIT:
            return compilation.artifact.program
