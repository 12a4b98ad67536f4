"""Every shipped scene after every stage, exactly as in the files beside this one.

`pytest --bless` rewrites them; what changed is then for the eye, in the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from scenec.driver import Stage, compile_file, show

FOLDER = Path(__file__).parent
SCENES = sorted((FOLDER.parents[1] / "scenes").glob("*.yaml"))
MAXIMAL = (("options.coordinates", "maximal"),)


def compare(text: str, expected: Path, bless: bool) -> None:
    if bless:
        expected.write_text(text, "utf-8")
    assert expected.exists(), f"{expected.name} is missing: run pytest --bless"
    assert text == expected.read_text("utf-8"), f"{expected.name} differs: --bless, then diff"


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("scene", SCENES, ids=lambda path: path.stem)
def test_a_scene_after_a_stage(scene: Path, stage: Stage, bless: bool) -> None:
    text = show(compile_file(scene, to=stage), stage)
    compare(text, FOLDER / f"{scene.stem}.{stage}", bless)


@pytest.mark.parametrize("stage", [Stage.FLATTEN, Stage.EMIT])
def test_the_quadruped_in_maximal_coordinates(stage: Stage, bless: bool) -> None:
    scene = FOLDER.parents[1] / "scenes" / "quadruped.yaml"
    text = show(compile_file(scene, settings=MAXIMAL, to=stage), stage)
    compare(text, FOLDER / f"quadruped-maximal.{stage}", bless)


@pytest.mark.parametrize("scene", SCENES, ids=lambda path: path.stem)
def test_a_compilation_repeats_to_the_last_byte(scene: Path) -> None:
    first, second = (compile_file(scene).artifact for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.to_bytes() == second.to_bytes()
