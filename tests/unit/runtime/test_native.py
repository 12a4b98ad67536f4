"""Machine code inside a compiled scene."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import jax
import jax.numpy as jnp
import pytest

import scenert
from scenert import native
from scenert.abi import pack, unpack
from scenert.lanes import store


@pytest.fixture
def members(
    sim: scenert.Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, bytes]:
    """The native code of the scene; nothing of it is in a cache afterwards."""
    monkeypatch.setenv("SCENERT_CACHE", str(tmp_path / "made"))
    made = native.generate(sim)
    monkeypatch.setenv("SCENERT_CACHE", str(tmp_path / "empty"))
    monkeypatch.setattr(store, "_memory", {})
    return made


def with_native(artifact: bytes, members: dict[str, bytes]) -> bytes:
    contents = unpack(artifact)
    return pack(contents.manifest, contents.program, contents.scene, members)


def train(sim: scenert.Simulator) -> None:
    """One robot's step and sense, and gradients through a rollout of seven robots."""
    params = sim.params()
    state = sim.step(params, sim.init(params), jnp.zeros(3))
    sim.sense(params, state, jnp.zeros(3))

    def policy(weights: jax.Array, sensors: dict[str, jax.Array], carry: None, time: jax.Array):
        readings = jnp.concatenate([jnp.ravel(sensors[name]) for name in sim.sensors])
        return jnp.tanh(weights @ readings), None

    def distance(weights: jax.Array, params: dict[str, jax.Array]) -> jax.Array:
        def final(state: scenert.State) -> scenert.State:
            return scenert.rollout(sim, policy, params, state, 5, policy_params=weights)[0]

        states = jax.tree.map(lambda x: jnp.stack([x] * 7), state)
        return jax.vmap(final)(states).q.sum()

    for arguments in (0, (0, 1)):
        jax.jit(jax.grad(distance, arguments))(jnp.zeros((3, 7)), params)


def test_it_is_in_the_manifest_and_survives_packing(artifact: bytes, members: dict[str, bytes]):
    contents = unpack(with_native(artifact, members))
    assert dict(contents.native) == members
    assert {f"native/{name}" for name in members} < set(contents.manifest.hashes)
    assert {name.split("/")[0] for name in members} == {native.processor()}


def test_nothing_is_compiled_or_traced_with_it(artifact: bytes, members: dict[str, bytes]):
    sim = scenert.load_artifact(with_native(artifact, members), "spring.sim")
    with store.recording() as record:
        train(sim)
    assert set(record) == {name.split("/")[1] for name in members}
    assert not store.cache_directory().exists()


def test_code_for_other_processors_is_ignored(artifact: bytes, members: dict[str, bytes]):
    foreign = {f"elsewhere/{name.split('/')[1]}": b"no code at all" for name in members}
    sim = scenert.load_artifact(with_native(artifact, foreign), "spring.sim")
    with store.recording() as record:
        state = sim.step(sim.params(), sim.init(sim.params()), jnp.zeros(3))
    assert state.q[0] == pytest.approx(0.3, abs=0.01)
    assert record
    assert b"no code at all" not in record.values()


def test_damaged_code_is_refused(artifact: bytes, members: dict[str, bytes]):
    name = next(iter(members))
    data = with_native(artifact, members)
    hashes = unpack(data).manifest.hashes
    damaged = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(damaged, "w") as new:
        for member in hashes | {"manifest.json": ""}:
            content = old.read(member)
            new.writestr(member, content[:-1] if member == f"native/{name}" else content)
    with pytest.raises(scenert.ArtifactError, match=f"native/{name} in it is not the one"):
        scenert.load_artifact(damaged.getvalue(), "spring.sim")
