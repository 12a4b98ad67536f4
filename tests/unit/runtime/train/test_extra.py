import subprocess
import sys

import pytest


@pytest.mark.parametrize("library", ["optax", "orbax.checkpoint", "scipy.optimize"])
def test_missing_libraries_name_the_extra(library: str):
    script = f"import sys; sys.modules[{library!r}] = None; import scenert.train"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    message = f"ModuleNotFoundError: scenert.train needs {library}: pip install 'scenec[train]'"
    assert message in done.stderr
