"""The command line on good scenes, faulty ones, and hostile surroundings."""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import scenec
import scenert
from scenec import commands
from scenec.cli import main

ROOT = Path(__file__).resolve().parents[2]
QUADRUPED = str(ROOT / "scenes" / "quadruped.yaml")

GOOD = """\
scenec: 1
name: drop
options: {timestep: 10 ms}
bodies:
  ball: {root: free, mass: 2 kg, inertia: {sphere: 10 cm}, position: [0, 0, 5 m]}
sensors:
  place: {type: position, body: ball}
"""
FAULTY = GOOD.replace("2 kg", "2 m").replace("position,", "positon,")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder with a good scene and a faulty one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "drop.yaml").write_text(GOOD)
    (tmp_path / "faulty.yaml").write_text(FAULTY)
    return tmp_path


def test_build_writes_what_the_runtime_loads(here: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["build", "drop.yaml"]) == 0
    assert capsys.readouterr().out == "drop.sim: bodies 1, velocity states 6, constraint rows 0\n"
    sim = scenert.load(here / "drop.sim")
    assert sim.bodies == ("ball",)
    assert list(here.glob(".*")) == []


def test_build_is_reproducible(here: Path):
    assert main(["build", "drop.yaml", "-o", "one.sim"]) == 0
    assert main(["build", "drop.yaml", "--out", "two.sim"]) == 0
    assert (here / "one.sim").read_bytes() == (here / "two.sim").read_bytes()


def test_free_and_set_change_what_is_compiled(here: Path):
    options = ["--free", "bodies.ball.mass", "--set", "options.timestep=5 ms"]
    assert main(["build", "drop.yaml", *options]) == 0
    sim = scenert.load("drop.sim")
    assert sim.dt == 0.005
    assert sim.params()["bodies.ball.mass"] == 2
    same = scenec.compile("drop.yaml", "bodies.ball.mass", {"options.timestep": "5 ms"})
    assert same.source == sim.source


def test_the_scene_itself_is_never_overwritten(here: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["build", "drop.yaml", "-o", "drop.yaml"]) == 2
    assert "drop.yaml is the scene itself" in capsys.readouterr().err
    assert (here / "drop.yaml").read_text() == GOOD


def test_an_impossible_output_is_wrong_usage(here: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["build", "drop.yaml", "-o", "no/such/folder.sim"]) == 2
    assert "cannot write no/such/folder.sim: No such file" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["build"], ["check"], ["inspect"], ["dump", "--to", "emit"]])
def test_all_faults_are_shown_with_their_source(
    here: Path, command: list[str], capsys: pytest.CaptureFixture[str]
):
    assert main([*command, "faulty.yaml"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("error E0") == 2
    assert "faulty.yaml:5:" in captured.err
    assert "place: {type: positon, body: ball}" in captured.err
    assert "^" in captured.err
    assert not (here / "faulty.sim").exists()


def test_faults_of_settings_show_the_setting(here: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", "drop.yaml", "--set", "bodies.ball.mass=3 s"]) == 1
    captured = capsys.readouterr().err
    assert "--set bodies.ball.mass:1:1" in captured
    assert "| 3 s" in captured


def test_check_as_json(here: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", "faulty.yaml", "--format", "json"]) == 1
    captured = capsys.readouterr()
    faults = json.loads(captured.out)
    assert [fault["span"]["line"] for fault in faults] == [5, 7]
    assert captured.err == ""
    assert main(["check", "drop.yaml", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_inspect_counts_the_same_in_scene_and_sim(here: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["inspect", "drop.yaml"]) == 0
    of_scene = capsys.readouterr().out
    assert main(["build", "drop.yaml"]) == 0
    capsys.readouterr()
    assert main(["inspect", "drop.sim"]) == 0
    assert capsys.readouterr().out == of_scene
    rows = dict(line.split(maxsplit=1) for line in of_scene.splitlines() if line.count(" ") > 1)
    assert rows["bodies"].strip() == "1"
    assert rows["sensors"].strip() == "3 (scalars, in 1 sensors)"


@pytest.mark.parametrize(
    ("coordinates", "velocities", "rows"),
    [
        ("reduced", "14", {"contact": "24", "servo": "8"}),
        ("maximal", "102", {"joint": "88", "contact": "24"}),
    ],
)
def test_the_counts_of_the_quadruped(
    coordinates: str,
    velocities: str,
    rows: dict[str, str],
    capsys: pytest.CaptureFixture[str],
):
    assert main(["inspect", QUADRUPED, "--set", f"options.coordinates={coordinates}"]) == 0
    out = capsys.readouterr().out
    counts = {line[:24].strip(): line[24:].strip() for line in out.splitlines()}
    assert counts["bodies"] == "17"
    assert counts["velocity states"] == velocities
    assert counts["joints"] == "16 (8 weld, 8 hinge)"
    assert counts["servos"] == "8 (8 servo)"
    assert counts["sensors"].startswith("81 ")
    for kind, number in rows.items():
        assert counts[kind] == number


def test_inspect_refuses_a_damaged_file(here: Path, capsys: pytest.CaptureFixture[str]):
    (here / "bad.sim").write_bytes(b"PK\x03\x04nonsense")
    assert main(["inspect", "bad.sim"]) == 1
    assert "bad.sim: no compiled scene, or a damaged one" in capsys.readouterr().err


@pytest.mark.parametrize("stage", ["parse", "validate", "resolve", "flatten", "emit"])
def test_dump_shows_every_stage(stage: str, capsys: pytest.CaptureFixture[str]):
    assert main(["dump", QUADRUPED, "--to", stage]) == 0
    assert "quadruped" in capsys.readouterr().out


def test_explain_shows_a_page_and_suggests_codes(capsys: pytest.CaptureFixture[str]):
    assert main(["explain", "e0201"]) == 0
    assert "E0201" in capsys.readouterr().out
    assert main(["explain", "E0291"]) == 2
    assert "there is no diagnostic E0291; did you mean `E02" in capsys.readouterr().err


def test_schema_is_json_schema(capsys: pytest.CaptureFixture[str]):
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert "bodies" in schema["properties"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly", "drop.yaml"],
        ["build"],
        ["build", "drop.yaml", "--set", "no equals sign"],
        ["dump", "drop.yaml", "--to", "moon"],
        ["demo", "--seconds", "-3"],
        ["demo", "--seconds", "soon"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: scenec" in capsys.readouterr().err


@pytest.mark.parametrize("file", ["absent.yaml", ".", "absent.sim"])
@pytest.mark.parametrize("command", ["build", "check", "inspect"])
def test_files_that_cannot_be_read(
    here: Path, command: str, file: str, capsys: pytest.CaptureFixture[str]
):
    assert main([command, file]) in (1, 2)
    assert file in capsys.readouterr().err


def test_our_own_faults_are_confessed(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def fail(*_: object, **__: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr(commands, "compile_file", fail)
    assert main(["check", "drop.yaml"]) == 3
    message = capsys.readouterr().err
    assert message.startswith("scenec: internal error: KeyError: 'lost'")
    assert "SCENEC_TRACEBACK=1" in message
    assert "Traceback" not in message
    monkeypatch.setenv("SCENEC_TRACEBACK", "1")
    assert main(["check", "drop.yaml"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_interruption_is_quiet(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "compile_file", interrupt)
    assert main(["check", "drop.yaml"]) == 130
    assert capsys.readouterr().err == "scenec: interrupted\n"


PATHS = os.pathsep.join([str(ROOT / "compiler"), str(ROOT / "runtime")])
ENVIRONMENT = {**os.environ, "PYTHONPATH": PATHS}
NO_JAX = """
import sys
import warnings
from scenec.cli import main
status = main(sys.argv[1:])
sys.exit(status or "jax" in sys.modules)
"""


@pytest.mark.parametrize("command", ["check", "build", "inspect"])
def test_compiling_needs_no_jax(here: Path, command: str):
    arguments = [sys.executable, "-c", NO_JAX, command, "drop.yaml"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_leaves_is_no_fault():
    with subprocess.Popen(
        [sys.executable, "-m", "scenec", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.filterwarnings("always")
def test_warnings_are_notes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def warns(_: object) -> int:
        warnings.warn("this takes longer", stacklevel=1)
        return 0

    monkeypatch.setattr(commands, "schema", warns)
    assert main(["schema"]) == 0
    assert capsys.readouterr().err == "scenec: note: this takes longer\n"
