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

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from scenec.diagnostics import CompileError, Diagnostic, Span
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
from scenec.version import VERSION


class Stage(StrEnum):
    """The stages, in order."""

    PARSE = "parse"
    VALIDATE = "validate"
    RESOLVE = "resolve"
    FLATTEN = "flatten"
    EMIT = "emit"


@dataclass(frozen=True)
class Compilation:
    """What the stages made; None beyond the last one asked for."""

    document: Document
    scene: Scene | None = None
    scene_ir: SceneIR | None = None
    layout: LayoutIR | None = None
    artifact: Artifact | None = None
    warnings: tuple[Diagnostic, ...] = ()


def compile_file(
    path: str | Path,
    *,
    free: Sequence[str] = (),
    settings: Sequence[tuple[str, str]] = (),
    to: Stage = Stage.EMIT,
) -> Compilation:
    """Compile a scene file up to the stage `to`.

    `free` names numbers of the file that become parameters, `settings` pairs of a path in the file
    and the text to put there. Raises CompileError with all diagnostics where the scene is at fault.
    """
    stages = _stages(path, free, settings)
    return next(compilation for stage, compilation in stages if stage == to)


def _stages(
    path: str | Path, free: Sequence[str], settings: Sequence[tuple[str, str]]
) -> Iterator[tuple[Stage, Compilation]]:
    """Run one stage after the other, for as long as the caller asks on."""
    document = parse(path, settings)
    done = Compilation(document)
    yield Stage.PARSE, done

    scene = validate(document)
    done = replace(done, scene=scene)
    yield Stage.VALIDATE, done

    scene_ir = resolve(scene, free)
    verify.scene(scene_ir)
    done = replace(done, scene_ir=scene_ir, warnings=tuple(lint(scene_ir)))
    yield Stage.RESOLVE, done

    if not scene_ir.bodies:  # templates to include, perhaps, but nothing to simulate
        raise CompileError([_without_bodies(document)])
    layout = flatten(scene_ir)
    verify.layout(layout)
    done = replace(done, layout=layout)
    yield Stage.FLATTEN, done

    manifest = describe(scene_ir, layout, f"scenec {VERSION}")
    artifact = Artifact(manifest, emit_program(scene_ir, layout), document.text())
    yield Stage.EMIT, replace(done, artifact=artifact)


def _without_bodies(document: Document) -> Diagnostic:
    place = Span(document.file, 1, 1)
    return Diagnostic("E0511", "error", "this scene has no bodies", place, "add `bodies:`")


def show(compilation: Compilation, stage: Stage) -> str:
    """What `stage` made, as text."""
    c = compilation
    texts: dict[Stage, Callable[[], str]] = {
        Stage.PARSE: c.document.text,
        Stage.VALIDATE: lambda: c.scene.text() if c.scene else "",
        Stage.RESOLVE: lambda: printers.show(c.scene_ir),
        Stage.FLATTEN: lambda: printers.show(c.layout),
        Stage.EMIT: lambda: c.artifact.program if c.artifact else "",
    }
    return texts[stage]()
