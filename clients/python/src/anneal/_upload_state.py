"""Uploads under way: whoever uploads the same again resumes it, also in another process."""
import hashlib
import json
import os
import re
from pathlib import Path


def default_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "anneal" / "uploads"


class UploadState:
    """The id of an upload in a file of a folder; in this process alone where there is no folder."""

    def __init__(self, folder: Path | None, *key: str) -> None:
        name = hashlib.sha256("\0".join(key).encode()).hexdigest()
        self._path = None if folder is None else folder / f"{name}.json"
        self._id: str | None = None

    def read(self) -> str | None:
        if self._path is None:
            return self._id
        try:
            id = json.loads(self._path.read_text("utf-8"))["id"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return id if isinstance(id, str) and re.fullmatch(r"up_[a-z0-9]+", id) else None

    def write(self, id: str) -> None:
        self._id = id
        if self._path is None:
            return
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self._path.with_suffix(".partial")
        partial.write_text(json.dumps({"id": id}), "utf-8")
        partial.replace(self._path)

    def remove(self) -> None:
        self._id = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)
