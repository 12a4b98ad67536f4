"""The pipeline: stages in order, and what the face of the compiler makes of them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

import scenec
from scenec.diagnostics import CompileError
from scenec.driver import Compilation, Stage, compile_file, show
from scenec.emit.artifact import Artifact
from scenec.ir import verify
from scenec.ir.layout import LayoutIR
from scenec.ir.scene import SceneIR
from scenec.syntax.document import Document
from scenec.syntax.validate import Scene

DROP = """\
scenec: 1
name: drop
params: {height: {value: 5 m, min: 1 m, max: 10 m}}
bodies:
  ball: {root: free, mass: 2 kg, inertia: {sphere: 10 cm}, position: [0, 0, height]}
sensors:
  place: {type: position, body: ball}
"""
MADE = {
    Stage.PARSE: ("document", Document),
    Stage.VALIDATE: ("scene", Scene),
    Stage.RESOLVE: ("scene_ir", SceneIR),
    Stage.FLATTEN: ("layout", LayoutIR),
    Stage.EMIT: ("artifact", Artifact),
}


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """A scene in which a ball falls."""
    path = tmp_path / "drop.yaml"
    path.write_text(DROP, "utf-8")
    return path


@pytest.mark.parametrize("last", list(Stage))
def test_stages_run_up_to_the_one_asked_for(last: Stage, drop: Path) -> None:
    compilation = compile_file(drop, to=last)
    stages = list(Stage)
    for stage, (field, kind) in MADE.items():
        made = getattr(compilation, field)
        if stages.index(stage) <= stages.index(last):
            assert isinstance(made, kind)
        else:
            assert made is None


def test_every_result_belongs_to_a_stage() -> None:
    names = {field.name for field in fields(Compilation)}
    assert names == {"warnings", *(field for field, _ in MADE.values())}


@pytest.mark.parametrize(
    ("stage", "lines"),
    [
        (Stage.PARSE, ["name: drop", "sensors:"]),
        (Stage.VALIDATE, ["    mass: 2 kg", "  timestep: 10 ms"]),
        (Stage.RESOLVE, ["    position: [0, 0, height]", "    mass: 2"]),
        (Stage.FLATTEN, ["    kind: free", "trees: 1"]),
        (Stage.EMIT, ['    height = jnp.asarray(params["height"], dtype)']),
    ],
)
def test_every_stage_can_be_shown(stage: Stage, lines: list[str], drop: Path) -> None:
    shown = show(compile_file(drop, to=stage), stage).splitlines()
    assert [line for line in lines if line in shown] == lines


def test_an_earlier_stage_can_be_shown_too(drop: Path) -> None:
    compilation = compile_file(drop)
    assert show(compilation, Stage.PARSE) == show(compile_file(drop, to=Stage.PARSE), Stage.PARSE)


def test_an_artifact_holds_program_manifest_and_scene(drop: Path) -> None:
    artifact = compile_file(drop).artifact
    assert artifact is not None
    assert artifact.manifest.name == "drop"
    assert artifact.manifest.compiler == f"scenec {scenec.__version__}"
    assert artifact.manifest.parameters[0].value == (5.0,)
    assert artifact.scene == show(compile_file(drop, to=Stage.PARSE), Stage.PARSE)


def test_settings_stand_in_for_the_file(drop: Path) -> None:
    settings = [("bodies.ball.mass", "3 kg"), ("options.coordinates", "maximal")]
    ir = compile_file(drop, settings=settings, to=Stage.RESOLVE).scene_ir
    assert ir is not None
    assert show(compile_file(drop, settings=settings), Stage.RESOLVE).count("mass: 3\n") == 1
    assert ir.options.coordinates == "maximal"


def test_free_numbers_become_parameters(drop: Path) -> None:
    ir = compile_file(drop, free=["bodies.ball.mass"], to=Stage.RESOLVE).scene_ir
    assert ir is not None
    assert [parameter.name for parameter in ir.parameters] == ["height", "bodies.ball.mass"]


def test_a_lint_is_a_warning_and_not_in_the_way(drop: Path) -> None:
    drop.write_text(DROP.replace("position: [0, 0, height]", "position: [0, 0, 1 m]"), "utf-8")
    compilation = compile_file(drop)
    assert compilation.artifact is not None
    assert [(w.code, w.severity, w.span.line) for w in compilation.warnings] == [
        ("W0607", "warning", 3)
    ]


def test_no_warnings_before_names_are_resolved(drop: Path) -> None:
    drop.write_text(DROP.replace("height]", "1 m]"), "utf-8")
    assert compile_file(drop, to=Stage.VALIDATE).warnings == ()


def test_all_faults_of_a_scene_are_raised_at_once(drop: Path) -> None:
    drop.write_text(DROP.replace("2 kg", "2 m").replace("body: ball", "body: bal"), "utf-8")
    with pytest.raises(CompileError) as caught:
        compile_file(drop)
    assert [fault.code for fault in caught.value.diagnostics] == ["E0402", "E0301"]


def test_a_scene_without_bodies_can_be_resolved_but_not_flattened(drop: Path) -> None:
    drop.write_text("scenec: 1\nconstants: {half: 0.5}\n", "utf-8")
    assert compile_file(drop, to=Stage.RESOLVE).scene_ir is not None
    with pytest.raises(CompileError) as caught:
        compile_file(drop)
    assert [(fault.code, fault.span.line) for fault in caught.value.diagnostics] == [("E0511", 1)]


def test_a_broken_stage_is_a_fault_of_the_compiler(
    drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "_LAYOUT_RULES", (lambda ir: iter([f"{ir.name} is odd"]),))
    with pytest.raises(verify.VerificationError, match="LayoutIR: drop is odd"):
        compile_file(drop)


def test_compile_takes_one_free_path_or_several(drop: Path) -> None:
    one = scenec.compile(drop, free="bodies.ball.mass")
    several = scenec.compile(drop, free=["bodies.ball.mass", "bodies.ball.inertia.sphere"])
    everything = scenec.compile(drop, free="all")
    assert list(one.params()) == ["height", "bodies.ball.mass"]
    assert set(several.params()) == {*one.params(), "bodies.ball.inertia.sphere"}
    assert set(several.params()) < set(everything.params())


def test_compile_takes_settings_of_any_type(drop: Path) -> None:
    settings = {"options.timestep": "2 ms", "options.solver.iterations": 3, "bodies.ball.mass": 4}
    as_table = scenec.compile(drop, settings=settings)
    as_pairs = scenec.compile(str(drop), settings=list(settings.items()))
    assert as_table.dt == 0.002
    assert as_table.manifest.options["iterations"] == 3
    assert as_table.source == as_pairs.source


def test_compile_raises_what_is_wrong_with_the_scene(drop: Path) -> None:
    with pytest.raises(CompileError) as caught:
        scenec.compile(drop, settings={"bodies.ball.mass": "3 cm"})
    (fault,) = caught.value.diagnostics
    assert fault.code == "E0402"
    assert fault.span.file == "--set bodies.ball.mass"
