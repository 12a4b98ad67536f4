"""Files, includes, settings and what is written back."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenec.diagnostics import CompileError
from scenec.syntax.document import Document, parse

SCENES = sorted((Path(__file__).parents[4] / "scenes").glob("*.yaml"))


def document(folder: Path, text: str, **settings: str) -> Document:
    path = folder / "scene.yaml"
    path.write_text(text, "utf-8")
    return parse(path, [(place.replace("__", "."), value) for place, value in settings.items()])


def test_every_scalar_is_text(tmp_path: Path) -> None:
    root = document(tmp_path, "a: yes\nb: 1:30\nc: 012\nd: ~\ne: 1e3\nf: 2001-01-01").root
    assert list(root.values()) == ["yes", "1:30", "012", "~", "1e3", "2001-01-01"]


def test_a_letter_of_a_text_knows_its_column(tmp_path: Path) -> None:
    root = document(tmp_path, "key: 'µ + 2 cm'").root
    assert root["key"].part(4, 8).column == 11


def test_sections_of_included_files_are_merged_in_order(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "legs.yaml").write_text("bodies: {leg: 2}\nuse: [2]\ninclude: [arms.yaml]")
    (tmp_path / "more" / "arms.yaml").write_text("name: arms\nbodies: {arm: 3}\nuse: [3]")
    text = "name: robot\nbodies: {torso: 1}\nuse: [1]\ninclude: [more/legs.yaml]"
    root = document(tmp_path, text).root
    assert root == {
        "name": "robot",
        "bodies": {"torso": "1", "leg": "2", "arm": "3"},
        "use": ["1", "2", "3"],
    }


def test_a_file_that_two_files_include_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("include: [c.yaml]")
    (tmp_path / "b.yaml").write_text("include: [c.yaml]")
    (tmp_path / "c.yaml").write_text("constants: {x: 1}")
    made = document(tmp_path, "include: [a.yaml, b.yaml]")
    assert made.faults == ()
    assert made.root == {"constants": {"x": "1"}}


def test_an_alias_is_a_copy(tmp_path: Path) -> None:
    root = document(tmp_path, "a: &x {b: 1}\nc: *x").root
    assert root["a"] == root["c"]
    assert root["a"] is not root["c"]


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        ("options.coordinates", "maximal", {"options": {"coordinates": "maximal"}}),
        ("constants.n", "128", {"constants": {"n": "128"}}),
        ("constants.p", "[1, 2]", {"constants": {"p": ["1", "2"]}}),
        ("use.0.x", "3 cm", {"use": [{"x": "3 cm"}]}),
    ],
)
def test_a_setting_stands_in_for_the_file(
    tmp_path: Path, place: str, value: str, expected: dict[str, object]
) -> None:
    path = tmp_path / "scene.yaml"
    path.write_text("use: [{x: 1}]\nconstants: {n: 3}\noptions: {}")
    root = parse(path, [(place, value)]).root
    key = place.partition(".")[0]
    assert {key: {**root[key]} if isinstance(root[key], dict) else root[key]} == {
        key: {"n": "3", **expected[key]} if place == "constants.p" else expected[key]  # type: ignore[dict-item]
    }


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.stem)
def test_the_text_of_a_scene_reads_back_the_same(scene: Path, tmp_path: Path) -> None:
    made = parse(scene)
    assert document(tmp_path, made.text()).root == made.root


def test_awkward_texts_are_written_so_that_they_read_back(tmp_path: Path) -> None:
    text = (
        "a: '{x}'\nb: \"#\\n\\t\\\"\\\\\"\nc: ''\nd: '- x'\ne: \"'\"\nf: 'a: b'\ng: --- x\nh: '? y'"
    )
    made = document(tmp_path, text)
    assert document(tmp_path, made.text()).root == made.root


def test_without_a_tree_there_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(CompileError, match="E0203"):
        document(tmp_path, "[1, 2]")
