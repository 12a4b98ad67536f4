import re
from pathlib import Path

import pytest

from scenec.cli import main

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def block(language: str, containing: str = "") -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return next(text for text in blocks if containing in text)


def test_the_training_script_trains(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    exec(compile(block("python"), "README.md", "exec"), names)
    untrained = names["loss"](0 * names["gains"], names["params"])
    assert names["loss"](names["gains"], names["params"]) < untrained / 10


def test_the_scene_compiles(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    scene = tmp_path / "pendulum.yaml"
    scene.write_text(block("yaml"))
    assert main(["check", str(scene)]) == 0
    assert capsys.readouterr().err == ""


def test_the_commands_are_those_of_the_command_line():
    for line in block("sh", "scenec check").splitlines():
        command = line.split()[1]
        with pytest.raises(SystemExit) as caught:
            main([command, "--help"])
        assert caught.value.code == 0


def test_links_lead_somewhere():
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
