"""Pictures and films, drawn without a display."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from scenert import View
from scenert.viewer.render import Camera, Floor, Solid, fitted, render

SIZE = (160, 90)
RED = np.array([0.8, 0.1, 0.1])
FLOOR = Floor(-10.0, 1.0, solid=False)
LEVEL = Camera(np.array([0.0, -10.0, 0.0]), np.zeros(3), (400, 400))


def covered(solid: Solid) -> float:
    """The share of the picture that a solid covers, seen from 10 m along y."""
    image = render(LEVEL, [solid], FLOOR, samples=3).astype(float)
    return float(np.mean(image[..., 0] - image[..., 2] > 20))


@pytest.mark.parametrize(
    ("kind", "size", "silhouette"),
    [
        ("sphere", (1.0,), np.pi / (1 - 0.01)),
        ("box", (1.0, 1e-3, 2.0), 2.0),
        ("cone", (1.0, 1.0, 1e-3), np.pi),
        ("cone", (0.25, 0.25, 2.0), 1.0),
        ("cone", (0.3, 0.0, 2.0), 0.6),
    ],
    ids=["sphere", "box", "disc", "cylinder", "cone"],
)
def test_a_solid_covers_its_silhouette(
    kind: str, size: tuple[float, ...], silhouette: float
) -> None:
    """The picture is 2 · 10 m · tan 16° wide at the solid. Of the round ones, what is before that
    plane looks larger by up to 5 %. The disc is turned to the camera."""
    turn = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]) if size == (1.0, 1.0, 1e-3) else np.eye(3)
    expected = silhouette / (20 * np.tan(np.deg2rad(16))) ** 2
    assert covered(Solid(kind, size, np.zeros(3), turn, RED)) == pytest.approx(expected, rel=0.06)


@pytest.mark.parametrize("bright", [True, False])
def test_only_what_is_bright_is_seen_through_the_rest(bright: bool) -> None:
    inside = Solid("box", (0.5, 0.5, 0.5), np.zeros(3), np.eye(3), RED, bright=bright)
    around = Solid("sphere", (1.5,), np.zeros(3), np.eye(3), np.array([0.1, 0.1, 0.8]))
    for solids in ([inside, around], [around, inside]):
        red, _, blue = render(LEVEL, solids, FLOOR, samples=1)[200, 200].astype(int)
        assert (red > blue) == bright


def test_what_is_near_hides_what_is_far() -> None:
    far = Solid("box", (1.0, 1.0, 1.0), np.array([0.0, 2.0, 0.0]), np.eye(3), RED)
    near = Solid("sphere", (1.5,), np.zeros(3), np.eye(3), np.array([0.1, 0.1, 0.8]))
    for solids in ([near, far], [far, near]):
        image = render(LEVEL, solids, FLOOR).astype(float)
        assert not np.any(image[..., 0] > image[..., 2] + 20)


def test_a_solid_shades_the_floor_away_from_the_sun() -> None:
    camera = Camera(np.array([0.0, -8.0, 8.0]), np.zeros(3), (200, 200))
    floor = Floor(0.0, 100.0, solid=True)
    ball = Solid("sphere", (0.5,), np.array([0.0, 0.0, 1.0]), np.eye(3), RED)
    plain, shaded = (render(camera, solids, floor).astype(float) for solids in ([], [ball]))
    darker = np.argwhere((plain - shaded).mean(-1) > 20)
    darker = darker[shaded[tuple(darker.T)].std(-1) < 10]  # gray: floor, not ball
    assert len(darker) > 100
    assert darker[:, 1].mean() > 105


def test_a_fitted_camera_sees_all_points_with_equal_margins() -> None:
    random = np.random.default_rng(1)
    points = random.normal(size=(30, 3)) * [5, 1, 1] + [7, -3, 2]
    direction = np.array([0.6, -0.64, 0.48])
    eye, target = fitted(points, direction, (300, 200))
    camera = Camera(eye, target, (300, 200))
    x, y, z = camera.axes() @ (points - eye).T
    tall = np.tan(np.deg2rad(16))
    across, up = x / z / tall / 1.5, y / z / tall
    assert max(np.abs(across).max(), np.abs(up).max()) == pytest.approx(0.88, abs=0.01)
    assert across.max() == pytest.approx(-across.min(), abs=0.02)
    assert up.max() == pytest.approx(-up.min(), abs=0.02)


def read(file: Path) -> np.ndarray:
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))


def test_a_picture_shows_the_moment(seen: View, tmp_path: Path) -> None:
    first, last = (seen.save(tmp_path / f"{at}.png", at=at, size=SIZE) for at in (0.0, 0.5))
    images = [read(file) for file in (first, last)]
    assert images[0].shape == (90, 160, 3)
    assert np.mean(images[0] != images[1]) > 0.05
    assert images[0].std() > 20


def test_several_moments_make_one_picture(seen: View) -> None:
    one, many = seen.picture(at=0.4, size=SIZE), seen.picture(at=(0.0, 0.4, 0.8), size=SIZE)
    assert np.mean(one != many) > 0.05


def test_films_have_the_motions_length(seen: View, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    gif = seen.save(tmp_path / "ball.gif", size=(64, 36), progress=lambda *at: told.append(at))
    with Image.open(gif) as film:
        assert film.n_frames == told[-1][0] == told[-1][1]
        assert film.n_frames * film.info["duration"] / 1000 == pytest.approx(1.2, abs=0.1)
    mp4 = seen.save(tmp_path / "ball.mp4", size=(64, 36))
    with av.open(str(mp4)) as film:
        frames = list(film.decode(video=0))
        assert len(frames) / float(film.streams.video[0].average_rate) == pytest.approx(
            1.2, abs=0.1
        )
    first, middle = (
        frames[i].to_ndarray(format="rgb24").astype(float) for i in (0, len(frames) // 2)
    )
    assert np.abs(first - middle).max() > 50
    assert sorted(file.name for file in tmp_path.iterdir()) == ["ball.gif", "ball.mp4"]


def test_what_cannot_be_written_is_said(seen: View, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot write '\.avi'; use \.html, \.png, \.gif, \.mp4"):
        seen.save(tmp_path / "ball.avi")
    with pytest.raises(ValueError, match="an even width and height"):
        seen.save(tmp_path / "ball.mp4", size=(65, 36))


@pytest.mark.parametrize(("ending", "module"), [(".png", "PIL"), (".gif", "PIL"), (".mp4", "av")])
def test_a_missing_library_names_the_extra(
    seen: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, module: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'scenec\[view\]'"):
        seen.save(tmp_path / f"ball{ending}", size=(16, 10))
