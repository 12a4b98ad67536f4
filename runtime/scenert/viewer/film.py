"""Pictures and films as files: PNG and GIF by Pillow, MP4 (H.264) by PyAV."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]


def write_png(image: Image, path: Path) -> None:
    """Write one picture (height, width, 3)."""
    pillow = _pillow()
    with _finished(path) as temporary:
        pillow.fromarray(image).save(temporary, "PNG", optimize=True)


def write_gif(images: Iterable[Image], rate: float, path: Path) -> None:
    """Write pictures that follow each other `rate` times a second, over and over.

    All have the colours of the first one's palette, so that nothing flickers.
    """
    pillow = _pillow()
    frames = (pillow.fromarray(image) for image in images)
    first = next(frames).quantize(128)
    rest = [frame.quantize(palette=first, dither=pillow.Dither.NONE) for frame in frames]
    with _finished(path) as temporary:
        duration = round(1000 / rate)
        first.save(temporary, "GIF", save_all=True, append_images=rest, duration=duration, loop=0)


def write_mp4(images: Iterable[Image], rate: float, path: Path) -> None:
    """Write pictures of even width and height as a film of `rate` pictures a second."""
    try:
        import av  # noqa: PLC0415
    except ModuleNotFoundError as fault:
        raise _missing("films need PyAV", "av") from fault
    with _finished(path) as temporary, av.open(str(temporary), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(rate).limit_denominator(1000))
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "18"}
        pictures = iter(images)
        first = next(pictures)
        stream.height, stream.width = first.shape[:2]
        for image in chain([first], pictures):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())


def _pillow() -> ModuleType:
    try:
        from PIL import Image  # noqa: PLC0415
    except ModuleNotFoundError as fault:
        raise _missing("pictures need Pillow", "PIL") from fault
    return Image


def _missing(what: str, name: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"{what}: pip install 'scenec[view]'", name=name)


@contextmanager
def _finished(path: Path) -> Iterator[Path]:
    """A file to write that becomes `path` when it is complete."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
