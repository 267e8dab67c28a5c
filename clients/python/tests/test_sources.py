"""What is uploaded: folders as tars that can be read from anywhere."""
import io
import os
import tarfile
from pathlib import Path

import pytest

import anneal
from anneal._sources import FileSource, FolderSource, source_of


def tree(root: Path) -> Path:
    for name, size in {"a/1.png": 10, "a/2.png": 512, "b/ö.png": 0, f"b/{'long' * 40}.png": 700_000, "labels.csv": 5}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(size))
    for junk in ("Thumbs.db", ".hidden", "a/desktop.ini"):
        (root / junk).write_text("junk")
    (root / "a/dead.png").symlink_to("nowhere.png")
    (root / "b/round").symlink_to(root)
    (root / "b/linked.png").symlink_to(root / "a/1.png")
    return root


def test_a_folder_becomes_a_tar_of_its_files(tmp_path: Path) -> None:
    root = tree(tmp_path / "pets")
    source = FolderSource(root)
    whole = b"".join(source.read(0))
    assert source.file_name == "pets.tar"
    assert len(whole) == source.size_bytes
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:
        found = {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]
    assert sorted(found) == sorted(["a/1.png", "a/2.png", "b/linked.png", f"b/{'long' * 40}.png", "b/ö.png", "labels.csv"])
    assert all(content == (root / name).read_bytes() for name, content in found.items())
    assert sorted(source.dead_links) == ["a/dead.png", "b/round"]


def test_a_tar_can_be_read_from_any_byte_on(tmp_path: Path) -> None:
    source = FolderSource(tree(tmp_path / "pets"))
    whole = b"".join(source.read(0))
    places = {*range(0, 4000, 37), 511, 512, 513, 522, 1024, 1536, source.size_bytes - 1024, source.size_bytes - 1, source.size_bytes}
    assert all(b"".join(source.read(start)) == whole[start:] for start in places)


def test_the_fingerprint_follows_what_is_in_it(tmp_path: Path) -> None:
    root = tree(tmp_path / "pets")
    before = source_of(root).fingerprint
    assert source_of(root).fingerprint == before
    (root / "a/1.png").write_bytes(b"other bytes")
    assert source_of(root).fingerprint != before


def test_what_changes_meanwhile_is_not_uploaded(tmp_path: Path) -> None:
    path = tmp_path / "data.zip"
    path.write_bytes(b"12345678")
    source = FileSource(path)
    assert b"".join(source.read(3)) == b"45678"
    path.write_bytes(b"1234")
    with pytest.raises(anneal.UploadError, match="changed"):
        list(source.read(0))


def test_what_cannot_be_uploaded_is_said(tmp_path: Path) -> None:
    with pytest.raises(anneal.UploadError, match="neither"):
        source_of(tmp_path / "nothing")
    with pytest.raises(anneal.UploadError, match="no files"):
        source_of(tmp_path)
