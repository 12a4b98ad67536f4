"""Motions to look at, and a browser to look with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

import scenec
import scenert
from scenert import Simulator, Trajectory, View

ROOT = Path(__file__).parents[2]
SECONDS = 1.2

# No display, no network of its own, and WebGL in software.
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--force-device-scale-factor=1", "--window-size=1000,640",
)  # fmt: skip


@pytest.fixture(scope="session")
def balls() -> Simulator:
    """The ball, which drops onto the ground and bounces."""
    return scenec.compile(ROOT / "scenes" / "ball.yaml")


@pytest.fixture(scope="session")
def throws(balls: Simulator) -> Trajectory:
    """Two balls of different size and throw."""
    radius = jnp.array([0.5, 0.3])
    velocity = jnp.array([[0.0, 0.0, 2.0], [1.0, 0.0, 4.0]])
    params = {**balls.params(), "radius": radius, "velocity": velocity}

    def throw(radius: jax.Array, velocity: jax.Array) -> tuple[scenert.State, jax.Array]:
        own = {**balls.params(), "radius": radius, "velocity": velocity}
        steps = round(SECONDS / balls.dt)
        outputs = lambda state, _, control: (state, control)  # noqa: E731
        return scenert.rollout(balls, None, own, balls.init(own), steps, outputs=outputs)[1]

    states, control = jax.jit(jax.vmap(throw))(radius, velocity)
    return Trajectory.of(balls, states, control, params, ["large", "small"])


@pytest.fixture(scope="session")
def seen(balls: Simulator, throws: Trajectory) -> View:
    return scenert.view(balls, throws)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Chromium; SCENEC_BROWSER=1 says that there must be one."""
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (binary and driver):
        reason = "no chromium with chromedriver on PATH (Debian: chromium, chromium-driver)"
        (pytest.fail if os.environ.get("SCENEC_BROWSER") == "1" else pytest.skip)(reason)
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*_FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    yield chrome
    chrome.quit()
