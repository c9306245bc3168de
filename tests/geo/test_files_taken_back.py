"""A file that cannot be put on record is taken back: what stood there before stands there again."""

import pytest

from geo.files import taken_back, written_whole


def wrote(path, text, *, fails):
    with taken_back(path) as written:
        with written_whole(path, overwrite=True) as temporary:
            temporary.write_text(text)
        written()
        if fails:
            raise OSError("no record")


def test_a_new_file_is_gone_again(tmp_path):
    with pytest.raises(OSError, match="no record"):
        wrote(tmp_path / "a.zip", "baru", fails=True)
    assert list(tmp_path.iterdir()) == []


def test_an_old_file_stands_there_again(tmp_path):
    path = tmp_path / "a.zip"
    path.write_text("lama")
    with pytest.raises(OSError, match="no record"):
        wrote(path, "baru", fails=True)
    assert path.read_text() == "lama"
    assert list(tmp_path.iterdir()) == [path]


def test_what_went_well_stays_and_nothing_lies_beside_it(tmp_path):
    path = tmp_path / "a.zip"
    path.write_text("lama")
    wrote(path, "baru", fails=False)
    assert path.read_text() == "baru"
    assert list(tmp_path.iterdir()) == [path]


def test_what_somebody_else_wrote_meanwhile_is_not_taken(tmp_path):
    path = tmp_path / "a.zip"

    def too_late():
        with taken_back(path):
            path.write_text("orang lain")
            raise OSError("before anything was written")

    with pytest.raises(OSError, match="before"):
        too_late()
    assert path.read_text() == "orang lain"


def test_without_second_names_the_new_file_stays_rather_than_none(tmp_path, monkeypatch):
    def none(*_):
        raise OSError("no hard links here")

    monkeypatch.setattr("geo.files.os.link", none)
    path = tmp_path / "a.zip"
    path.write_text("lama")
    with pytest.raises(OSError, match="no record"):
        wrote(path, "baru", fails=True)
    assert path.read_text() == "baru"
    assert list(tmp_path.iterdir()) == [path]
