"""What all tests share: the option that rewrites expected outputs, and scenes given as text."""

from __future__ import annotations

import os
from importlib.metadata import version

import pytest
from hypothesis import settings

# What the tests compile runs once or twice: XLA need not optimize it. Read when JAX starts.
UNOPTIMIZED = "--xla_backend_optimization_level=0"
if version("jaxlib").startswith("0.10."):  # later versions end the process at this flag
    UNOPTIMIZED += " --xla_cpu_use_fusion_emitters=false"
os.environ.setdefault("XLA_FLAGS", UNOPTIMIZED)

# Generated examples are the same in every run, and a busy machine is no fault.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--bless", action="store_true", help="rewrite expected outputs with what the tests found"
    )


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    """Whether expected outputs are to be rewritten."""
    return bool(request.config.getoption("--bless"))
