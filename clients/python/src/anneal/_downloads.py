import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from .errors import DownloadError


def target_of(path: str | os.PathLike[str], file_name: str) -> Path:
    """The file that something is written to: in a folder, under its own name."""
    target = Path(path)
    return target / file_name if target.is_dir() else target


class PartialFile:
    """A download next to its target, which it replaces once it is complete; an interrupted one is kept and resumed."""

    def __init__(self, target: Path, sha256: str | None) -> None:
        self.target = target
        self._sha256 = sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        tag = "" if sha256 is None else f".{sha256[:8]}"
        self._path = target.with_name(f".{target.name}{tag}.partial")

    @property
    def size(self) -> int:
        """Bytes that are there; of a download with no hash, none, since it may be of something else."""
        return self._path.stat().st_size if self._sha256 is not None and self._path.exists() else 0

    def open(self, *, append: bool) -> BinaryIO:
        return open(self._path, "ab" if append else "wb")

    def finish(self) -> Path:
        if self._sha256 is not None:
            with open(self._path, "rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != self._sha256:
                self._path.unlink()
                raise DownloadError(f"What was downloaded for {self.target} does not match its hash; download it again.")
        self._path.replace(self.target)
        return self.target
