"""What the demonstration leaves to look at."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from scenec.demo import shipped_scene
from scenec.demo.figure import draw
from scenec.demo.page import write_page
from scenec.demo.skeleton import Skeleton

SKELETON = Skeleton(
    owner=np.array([0, 0]), offset=np.zeros((2, 3)), bones=((0, 1),), balls=((1, 0.1),)
)
STILL = np.tile([[0.0, 1.0], [0.0, 0.1]], (100, 1, 1))
MOVING = STILL + np.linspace(0, 2, 100)[:, None, None] * [1, 0]


def test_the_picture_is_a_picture(tmp_path: Path):
    draw(SKELETON, STILL, MOVING, 0.01, 0.25, tmp_path / "gait.png")
    assert (tmp_path / "gait.png").read_bytes().startswith(b"\x89PNG")


def test_the_page_holds_both_walks_and_needs_no_other_file(tmp_path: Path):
    write_page(SKELETON, STILL, MOVING, 0.01, tmp_path / "gait.html")
    page = (tmp_path / "gait.html").read_text("utf-8")
    assert not re.search(r"(src|href)=|https?://|@import", page)
    data = json.loads(re.search(r"const data = (.*);\n", page).group(1))
    assert data["seconds_per_frame"] == pytest.approx(0.03)
    assert [walk["name"] for walk in data["walks"]] == ["before", "after"]
    assert data["walks"][1]["frames"][-1] == [[2000, 1000], [2000, 100]]
    assert len(data["walks"][0]["frames"]) == 34


def test_the_quadruped_is_found():
    assert shipped_scene("quadruped").is_file()
