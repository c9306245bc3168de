"""Files of arrays in the cache: what is damaged, or of another key, counts as not kept."""

import numpy as np
import pytest

from work.kept import KeptArrays
from work.steady import given_back


class Folder:
    def __init__(self, path):
        self.path = path

    def cache_path(self, kind, key, suffix):
        (self.path / kind).mkdir(exist_ok=True)
        return self.path / kind / f"{key}{suffix}"


ARRAYS = {"edges.tail": np.arange(5, dtype=np.int32), "share": np.array(0.25)}


@pytest.fixture
def kept(tmp_path):
    store = KeptArrays(Folder(tmp_path))
    store.keep("streets-walk", "a key", ARRAYS)
    return store


def test_arrays_come_back_with_their_kind_and_only_under_their_key(kept):
    found = kept.recall("streets-walk", "a key")
    assert set(found) == set(ARRAYS)
    for name, values in ARRAYS.items():
        np.testing.assert_array_equal(found[name], values)
        assert found[name].dtype == values.dtype
    assert kept.recall("streets-walk", "another key") is None
    assert kept.recall("streets-car", "a key") is None


def test_a_name_holds_one_key_at_a_time(kept, tmp_path):
    kept.keep("streets-walk", "another key", ARRAYS)
    assert kept.recall("streets-walk", "a key") is None
    assert len(list((tmp_path / "arrays").iterdir())) == 1


@pytest.mark.parametrize("left", [0, 10, 300, -40])
def test_a_damaged_file_counts_as_not_kept(kept, tmp_path, left):
    path = tmp_path / "arrays" / "streets-walk.npz"
    path.write_bytes(path.read_bytes()[:left])
    assert kept.recall("streets-walk", "a key") is None


def test_an_array_of_objects_is_never_unpickled(kept, tmp_path):
    odd = np.array([{"a": 1}], dtype=object)
    path = tmp_path / "arrays" / "streets-walk.npz"
    np.savez(path, key=np.array("a key"), odd=odd)
    assert kept.recall("streets-walk", "a key") is None


def test_giving_memory_back_changes_nothing_that_is_held():
    held = np.arange(1_000)
    given_back()
    assert held.sum() == 499_500
