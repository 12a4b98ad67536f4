import json
import zipfile
from contextlib import suppress
from dataclasses import replace
from io import BytesIO

import pytest

from scenert.abi import MANIFEST, PROGRAM, ArtifactError, Manifest, Parameter, pack, unpack

MANIFEST_OF_NOTHING = Manifest(
    name="nothing",
    compiler="by hand",
    timestep=0.5,
    parameters=(Parameter("size", (2,), "m", value=(1.0, 2.0), maximum=3.0),),
)


def repack(data: bytes, **changed: bytes | None) -> bytes:
    """The archive with members replaced, added, or (None) left out."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        members = {name: old.read(name) for name in old.namelist()} | changed
        for name, content in members.items():
            if content is not None:
                new.writestr(name, content)
    return buffer.getvalue()


def test_what_is_packed_is_unpacked():
    contents = unpack(pack(MANIFEST_OF_NOTHING, "x = 1\n", "name: nothing\n"))
    assert contents.program == "x = 1\n"
    assert contents.scene == "name: nothing\n"
    assert replace(contents.manifest, hashes={}) == MANIFEST_OF_NOTHING


def test_equal_contents_give_equal_bytes():
    first = pack(MANIFEST_OF_NOTHING, "x = 1\n", "")
    assert first == pack(MANIFEST_OF_NOTHING, "x = 1\n", "")


def test_anyone_can_unzip_it():
    with zipfile.ZipFile(BytesIO(pack(MANIFEST_OF_NOTHING, "x = 1\n", ""))) as archive:
        assert archive.namelist() == ["manifest.json", "step.py", "scene.yaml"]
        assert json.loads(archive.read("manifest.json"))["name"] == "nothing"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({PROGRAM: b"x = 2\n"}, "step.py in it is not the one that was built"),
        ({PROGRAM: None}, "step.py is missing"),
        ({"extra.py": b"x = 3\n"}, "extra.py in it is not the one that was built"),
        ({MANIFEST: None}, "it holds no manifest.json"),
        ({MANIFEST: b"{"}, "the manifest is damaged"),
        ({MANIFEST: b"[]"}, "names no ABI version"),
        ({MANIFEST: b'{"abi": 2}'}, "the manifest is damaged"),
        ({MANIFEST: b'{"abi": 2, "bodies": [3]}'}, "the manifest is damaged"),
        ({MANIFEST: b'{"abi": 99}'}, "built for ABI version 99"),
    ],
)
def test_a_changed_file_is_refused(change: dict[str, bytes | None], message: str):
    data = repack(pack(MANIFEST_OF_NOTHING, "x = 1\n", ""), **change)
    with pytest.raises(ArtifactError, match=message) as caught:
        unpack(data)
    assert "build" in str(caught.value)


def test_every_flipped_byte_is_noticed_or_harmless():
    data = pack(MANIFEST_OF_NOTHING, "x = 1\n" * 50, "name: nothing\n")
    good = unpack(data)
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= 0x10
        with suppress(ArtifactError):
            assert unpack(bytes(damaged)) == good


@pytest.mark.parametrize("data", [b"", b"scenec: 1\n", b"PK\x03\x04 and no more"])
def test_what_is_no_archive_is_refused(data: bytes):
    with pytest.raises(ArtifactError, match="no compiled scene, or a damaged one"):
        unpack(data)
