"""What one process keeps for the next: found without tracing, never wrong, never too much."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.lanes import lanes, signature, store

X = np.linspace(-1, 1, 5, dtype=np.float32)


class Reading(NamedTuple):
    position: jax.Array
    parts: dict[str, jax.Array]


def reading(x):
    return Reading(jnp.sin(x) * 3, {"square": x**2, "sum": x.sum(keepdims=True)})


def never_traced(x):
    raise AssertionError("a kept function was traced")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, on disk and in memory."""
    monkeypatch.setattr(store, "_memory", {})
    monkeypatch.setenv("SCENERT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def run(function):
    batch = jnp.stack([X, 2 * X, 3 * X])
    return jax.jit(jax.vmap(function))(batch)


def total(function):
    return lambda x: sum(jnp.sum(leaf) for leaf in jax.tree.leaves(function(x)))


def test_a_known_key_needs_no_tracing(cache: Path):
    first = run(lanes(reading, key="reading"))
    again = run(lanes(never_traced, key="reading"))
    assert isinstance(again, Reading)
    jax.tree.map(np.testing.assert_array_equal, first, again)


def test_gradients_of_a_known_key_need_no_tracing(cache: Path):
    first = run(jax.grad(total(lanes(reading, key="reading"))))
    again = run(jax.grad(total(lanes(never_traced, key="reading"))))
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("change", ["key", "shape", "type", "structure"])
def test_anything_else_is_traced(cache: Path, change: str):
    lanes(reading, key="reading")(X)
    other = lanes(never_traced, key="another" if change == "key" else "reading")
    arguments = {
        "key": X,
        "shape": X[:4],
        "type": X.astype(np.float16),
        "structure": [X],
    }
    with pytest.raises(AssertionError, match="was traced"):
        other(arguments[change])


def test_functions_without_a_key_are_always_traced(cache: Path):
    lanes(reading)(X)
    with pytest.raises(AssertionError, match="was traced"):
        lanes(never_traced)(X)


@pytest.mark.parametrize("damage", [b"", b"nothing", None])
def test_damaged_entries_are_made_again(
    cache: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes | None
):
    name, *_ = names(1)
    for _ in range(2):
        monkeypatch.setattr(store, "_memory", {})
        store.put(name, b"the entry")
        monkeypatch.setattr(store, "_memory", {})
        assert store.get(name) == b"the entry"
        content = (cache / name).read_bytes()
        (cache / name).write_bytes(content[:-3] if damage is None else damage)
        assert store.get(name) is None


def test_results_of_a_class_that_is_gone_are_traced(cache: Path, monkeypatch: pytest.MonkeyPatch):
    identity = "0" * 32
    types = signature.Signature.of(reading(X))
    assert signature.kept_signature(identity, lambda: types) == types
    assert signature.kept_signature(identity, lambda: never_traced(X)) == types
    monkeypatch.delitem(globals(), "Reading")
    assert signature.kept_signature(identity, lambda: types) == types


def test_a_cache_that_cannot_be_written_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SCENERT_CACHE", str(tmp_path / "file" / "below"))
    assert run(lanes(reading, key="reading")).position.shape == (3, 5)


def names(count):
    return [f"{number:032x}.o" for number in range(count)]


def test_what_was_unused_for_longest_goes_first(cache: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "LIMIT", 3500)
    one, two, three, four = names(4)
    for age, name in enumerate((one, two, three)):
        store.put(name, bytes(1000))
        os.utime(cache / name, (age, age))
    monkeypatch.setattr(store, "_memory", {})
    assert store.get(one) == bytes(1000)  # it has just been used
    (cache / "notes.txt").write_bytes(bytes(5000))
    store.put(four, bytes(1000))
    assert sorted(path.name for path in cache.iterdir()) == [one, three, four, "notes.txt"]


def test_many_writers_and_readers_see_whole_entries(cache: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "LIMIT", 50_000)

    def work(turn: int) -> bool:
        name = names(10)[turn % 10]
        store.put(name, name.encode() * 500)
        return store.get(name) in (name.encode() * 500, None)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(400)))
    assert sum(path.stat().st_size for path in cache.iterdir()) <= 50_000


def test_supplied_entries_come_first_and_are_recorded(cache: Path):
    known, unknown, *_ = names(2)
    store.supply({known: b"from elsewhere"})
    with store.recording() as record:
        assert store.get(known) == b"from elsewhere"
        assert store.get(unknown) is None
        store.put(unknown, b"made here")
    assert record == {known: b"from elsewhere", unknown: b"made here"}
