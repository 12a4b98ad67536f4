"""`scenec build --native`, and a process that has nothing but the file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scenec.cli import main
from scenert.abi import unpack

ROOT = Path(__file__).resolve().parents[2]

START = """
import sys
from scenert.lanes import kernel

def refuse(*arguments):
    raise AssertionError("something was compiled")

kernel.object_code = refuse
import jax.numpy as jnp
import scenert

sim = scenert.load(sys.argv[1])
params = sim.params()
state = sim.step(params, sim.init(params), jnp.zeros(sim.n_control))
print(sim.sense(params, state, jnp.zeros(sim.n_control))["tilt"])
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cart-pole with native code."""
    out = tmp_path_factory.mktemp("built") / "cartpole.sim"
    assert main(["build", "--native", str(ROOT / "scenes/cartpole.yaml"), "-o", str(out)]) == 0
    return out


def test_the_first_step_compiles_nothing(built: Path, tmp_path: Path):
    paths = os.pathsep.join([str(ROOT / "compiler"), str(ROOT / "runtime")])
    environment = {**os.environ, "PYTHONPATH": paths, "SCENERT_CACHE": str(tmp_path / "none")}
    command = [sys.executable, "-c", START, str(built)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "none").exists()


def test_without_the_option_there_is_no_native_code(built: Path, tmp_path: Path):
    plain = tmp_path / "plain.sim"
    assert main(["build", str(ROOT / "scenes/cartpole.yaml"), "-o", str(plain)]) == 0
    assert not unpack(plain.read_bytes()).native
    assert unpack(built.read_bytes()).program == unpack(plain.read_bytes()).program
