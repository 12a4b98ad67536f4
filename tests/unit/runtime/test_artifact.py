import inspect
import pdb
import traceback
from dataclasses import replace
from pathlib import Path

import pytest

import scenert
from scenert.abi import pack, unpack


def test_a_file_gives_a_simulator(artifact: bytes, tmp_path: Path):
    file = tmp_path / "spring.sim"
    file.write_bytes(artifact)
    sim = scenert.load(file)
    assert repr(sim) == "<Simulator spring: 4 bodies, dt 0.01 s>"
    assert scenert.load(str(file)).source == sim.source


def test_errors_name_the_file_and_the_way_out(tmp_path: Path):
    damaged = tmp_path / "damaged.sim"
    damaged.write_bytes(b"nothing good")
    with pytest.raises(scenert.ArtifactError, match=r"damaged\.sim: no compiled scene.*build"):
        scenert.load(damaged)
    with pytest.raises(scenert.ArtifactError, match=r"absent\.sim: No such file.*scenec build"):
        scenert.load(tmp_path / "absent.sim")
    with pytest.raises(scenert.ArtifactError, match=r"compile it: scenec build robot\.yaml"):
        scenert.load("robot.yaml")
    with pytest.raises(scenert.ArtifactError, match="Is a directory"):
        scenert.load(tmp_path)


@pytest.mark.parametrize(
    "program", ["def step(:", "from scenert.ops import no_such_operation", "def init(params): ..."]
)
def test_a_program_that_does_not_fit_is_refused(artifact: bytes, program: str):
    manifest = replace(unpack(artifact).manifest, hashes={})
    with pytest.raises(scenert.ArtifactError, match=r"odd\.sim: its program .*build the scene"):
        scenert.load_artifact(pack(manifest, program, ""), "odd.sim")


def test_tracebacks_and_debuggers_see_the_program(artifact: bytes):
    contents = unpack(artifact)
    program = contents.program.replace("force = -params", "force = 1 / 0 - params")
    data = pack(replace(contents.manifest, hashes={}), program, "")
    sim = scenert.load_artifact(data, "/scenes/broken.sim")
    with pytest.raises(ZeroDivisionError) as caught:
        sim.step(sim.params(), sim.init(sim.params()), [0.0, 0.0, 0.0])
    frames = traceback.extract_tb(caught.value.__traceback__)
    frame = next(frame for frame in frames if frame.filename == "/scenes/broken.sim/step.py")
    assert frame.line == 'force = 1 / 0 - params["stiffness"] * state.q[:3] + control'
    assert frame.lineno is not None
    assert pdb.Pdb().set_break("/scenes/broken.sim/step.py", frame.lineno) is None


def test_the_program_can_be_read(sim: scenert.Simulator):
    assert '"""A ball on a spring."""' in sim.source
    assert "force = -params" in inspect.getsource(sim._step)
