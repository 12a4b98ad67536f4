"""The compiled scene as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenec.emit.artifact import Artifact
from scenert.abi import Manifest, unpack

MANIFEST = Manifest(name="robot", compiler="by hand", timestep=0.01)
ARTIFACT = Artifact(MANIFEST, program="x = 1\n", scene="scenec: 1\n")


def test_a_file_holds_program_and_scene(tmp_path: Path) -> None:
    ARTIFACT.write(tmp_path / "robot.sim")
    contents = unpack((tmp_path / "robot.sim").read_bytes())
    assert (contents.program, contents.scene) == (ARTIFACT.program, ARTIFACT.scene)
    assert contents.manifest.name == "robot"


def test_equal_artifacts_are_equal_files() -> None:
    assert ARTIFACT.to_bytes() == ARTIFACT.to_bytes()


def test_a_file_is_replaced_at_once_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "robot.sim"
    path.write_text("an older file")
    ARTIFACT.write(path)
    assert path.read_bytes() == ARTIFACT.to_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "robot.sim").mkdir()
    with pytest.raises(OSError, match=r"robot\.sim"):
        ARTIFACT.write(tmp_path / "robot.sim")
    assert [path.name for path in tmp_path.iterdir()] == ["robot.sim"]
