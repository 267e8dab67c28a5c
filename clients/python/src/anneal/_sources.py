"""What is uploaded: an archive, or a folder as a tar that is made while it is sent."""
import hashlib
import os
import tarfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Protocol

from .errors import UploadError

# What systems leave in folders; no data set is made of it.
_JUNK = {"__MACOSX", "Thumbs.db", "ehthumbs.db", "desktop.ini", "@eaDir", "$RECYCLE.BIN", "System Volume Information"}
_CHUNK_BYTES = 1_000_000
_BLOCK_BYTES = 512
_TAR_END = bytes(2 * _BLOCK_BYTES)


class Source(Protocol):
    """The same bytes each time, from any of them on."""

    @property
    def file_name(self) -> str: ...

    @property
    def size_bytes(self) -> int: ...

    @property
    def fingerprint(self) -> str:
        """Changes with what is in it."""

    def read(self, start: int) -> Iterator[bytes]: ...


def source_of(path: str | os.PathLike[str]) -> Source:
    """A file as it is, a folder as a tar of its files."""
    found = Path(path)
    if found.is_dir():
        return FolderSource(found)
    if not found.is_file():
        raise UploadError(f"{found} is neither a file nor a folder.")
    return FileSource(found)


class FileSource:
    def __init__(self, path: Path) -> None:
        status = path.stat()
        self._path = path
        self._changed = status.st_mtime_ns
        self.file_name = path.name
        self.size_bytes = status.st_size
        self.fingerprint = _digest(path.resolve(), status.st_size, status.st_mtime_ns)

    def read(self, start: int) -> Iterator[bytes]:
        yield from _bytes_of(self._path, start, self.size_bytes - start, self._changed)


@dataclass(frozen=True)
class _File:
    path: Path
    header: bytes
    size: int
    changed: int
    padding: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "padding", -self.size % _BLOCK_BYTES)

    @property
    def size_in_tar(self) -> int:
        return len(self.header) + self.size + self.padding


class FolderSource:
    """Length and every byte of the tar follow from the list of files, so it can be read from anywhere."""

    def __init__(self, root: Path) -> None:
        self.file_name = f"{root.resolve().name}.tar"
        # Links that lead nowhere, or round in a circle; they are left out.
        self.dead_links: list[str] = []
        self._files = list(self._walk(root, "", frozenset({_identity(root)})))
        if not self._files:
            raise UploadError(f"{root} is a folder with no files.")
        self._starts = list(accumulate((file.size_in_tar for file in self._files), initial=0))
        self.size_bytes = self._starts[-1] + len(_TAR_END)
        self.fingerprint = _digest(root.resolve(), *((file.header, file.changed) for file in self._files))

    def read(self, start: int) -> Iterator[bytes]:
        return _in_chunks(self._parts(start))

    def _parts(self, start: int) -> Iterator[bytes]:
        first = min(bisect_right(self._starts, start) - 1, len(self._files))
        skip = start - self._starts[first]
        for file in self._files[first:]:
            if skip < len(file.header):
                yield file.header[skip:]
            into = max(0, skip - len(file.header))
            if into < file.size:
                yield from _bytes_of(file.path, into, file.size - into, file.changed)
            if file.padding > 0:
                yield bytes(file.padding - max(0, into - file.size))
            skip = 0
        yield _TAR_END[skip:]

    def _walk(self, folder: Path, at: str, above: frozenset[tuple[int, int]]) -> Iterator[_File]:
        for name in sorted(name for name in os.listdir(folder) if not (name.startswith(".") or name in _JUNK)):
            path, inner = folder / name, f"{at}{name}"
            if path.is_file():
                yield _tar_entry(path, inner)
            elif path.is_dir() and _identity(path) not in above:
                yield from self._walk(path, f"{inner}/", above | {_identity(path)})
            elif path.is_symlink():
                self.dead_links.append(inner)


def _in_chunks(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth a write each."""
    waiting: list[bytes] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= _CHUNK_BYTES // 4:
            yield b"".join(waiting)
            waiting, size = [], 0
    if size > 0:
        yield b"".join(waiting)


def _tar_entry(path: Path, name: str) -> _File:
    status = path.stat()
    entry = tarfile.TarInfo(name)
    entry.size = status.st_size
    header = entry.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
    return _File(path, header, status.st_size, status.st_mtime_ns)


def _bytes_of(path: Path, start: int, count: int, changed: int) -> Iterator[bytes]:
    """Exactly so many bytes, of the file as it was."""
    try:
        with open(path, "rb") as file:
            file.seek(start)
            same = os.fstat(file.fileno()).st_mtime_ns == changed
            while count > 0 and same:
                chunk = file.read(min(count, _CHUNK_BYTES))
                if not chunk:
                    break
                count -= len(chunk)
                yield chunk
    except OSError as error:
        raise UploadError(f"{path} cannot be read: {error.strerror}.") from error
    if count > 0:
        raise UploadError(f"{path} changed while it was uploaded; upload it again.")


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(repr, parts)).encode()).hexdigest()
