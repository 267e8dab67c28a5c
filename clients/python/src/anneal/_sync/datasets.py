# Made from ../_async by `npm run docs`; do not edit.
import hashlib
import json
import os
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from .. import types
from .._bodies import given
from .._progress import Bar
from .._sources import FolderSource, source_of
from .._upload_state import UploadState, default_folder
from ..errors import DatasetFailedError
from .downloads import download
from .platform import in_thread
from .transport import Transport
from .uploads import upload
from .waiting import until

Split = Literal["train", "val", "test"]
_ENDED = ("ready", "failed")


class Dataset:
    """A data set at one of its versions."""

    def __init__(self, transport: Transport, data: types.DatasetSummary) -> None:
        self._transport = transport
        # The service's latest answer about it.
        self.data = data

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.ref} {self.data['name']!r} {self.state}>"

    @property
    def id(self) -> str:
        return self.data["id"]

    @property
    def version(self) -> int:
        return self.data["version"]

    @property
    def ref(self) -> str:
        """Id and version, as jobs take it."""
        return f"{self.id}@{self.version}"

    @property
    def name(self) -> str:
        return self.data["name"]

    @property
    def state(self) -> str:
        return self.data["state"]

    @property
    def classes(self) -> list[str]:
        """Names of the classes, of a data set that is ready; those of a list have none before `refresh`."""
        classes = self.data.get("classes")
        return classes if isinstance(classes, list) else []

    def refresh(self) -> "Dataset":
        self.data = self._transport.get(self._path)
        return self

    def wait(self, *, progress: bool = False, timeout: float | None = None) -> "Dataset":
        """Until its images are read. Raises DatasetFailedError where they cannot be."""
        with Bar(progress, f"reading {self.name}", total=1.0, unit="") as bar:

            def look() -> bool:
                self.refresh()
                bar.at(1.0 if self.state == "ready" else round(self.data["fractionRead"], 3))
                return self.state in _ENDED

            until(look, timeout=timeout, what=self.ref)
        if self.state == "failed":
            raise DatasetFailedError(self.ref, self.state, self.data["reason"])
        return self

    def report(self) -> types.IngestReport:
        """What was found in the files: counts, sizes, bad files, duplicates, leaks between splits."""
        report: types.IngestReport = self._transport.get(f"{self._path}/report")
        return report

    def items(
        self,
        *,
        class_: str | None = None,
        split: Split | None = None,
        status: Literal["kept", "quarantined"] | None = None,
        suspicious: bool | None = None,
        limit: int | None = None,
    ) -> Iterator[types.DatasetItem]:
        """Its images, in the order of training, validation and test; or the files that were set aside."""
        params = {"class": class_, "split": split, "status": status, "suspicious": suspicious}
        return self._transport.pages(f"{self._path}/items", params, limit=limit)

    def image(self, item: int, *, size: int | None = None) -> bytes:
        """An image by its number, as PNG or WebP."""
        response = self._transport.call("GET", f"{self._path}/items/{item}/image", params={"size": size}, headers={"accept": "image/*"})
        return response.content

    def versions(self) -> Iterator[types.DatasetVersion]:
        """Newest first."""
        return self._transport.pages(f"/v1/datasets/{self.id}/versions")

    def change(self, changes: types.DatasetChanges) -> "Dataset":
        """Makes a version in which images are removed, relabelled, moved or appended. Returns it; `wait` for it."""
        body: dict[str, Any] = {"base": self.version, **changes}
        made: types.DatasetVersion = self._transport.post(f"/v1/datasets/{self.id}/versions", body, creates=True)
        data: types.DatasetSummary = self._transport.get(f"/v1/datasets/{made['dataset']}@{made['version']}")
        return Dataset(self._transport, data)

    def append(self, path: str | os.PathLike[str], *, split: Literal["train", "val", "test", "draw"] | None = None, progress: bool = False) -> "Dataset":
        """Makes a version with the images of a folder or an archive added."""
        id, state = _upload(self._transport, path, progress=progress, state_folder=default_folder())
        images: types.DatasetChangesAppend = {"upload": id}
        if split is not None:
            images["split"] = split
        version = self.change({"append": images})
        state.remove()
        return version

    def remove(self, images: Sequence[types.DatasetChangesRemove]) -> "Dataset":
        """Makes a version without the images that the selectors match, such as `{"class": "blurred"}` or `{"item": 7}`."""
        return self.change({"remove": list(images)})

    def relabel(self, images: Sequence[types.DatasetChangesRelabel]) -> "Dataset":
        """Makes a version in which images have another class, such as `{"item": 7, "to": "dog"}`."""
        return self.change({"relabel": list(images)})

    def move(self, images: Sequence[types.DatasetChangesMove]) -> "Dataset":
        """Makes a version in which images are in another split."""
        return self.change({"move": list(images)})

    def export(self, path: str | os.PathLike[str], *, progress: bool = False) -> Path:
        """Writes a zip of its images, by split and class."""
        return download(self._transport, f"{self._path}/export", path, file_name=f"{self.id}-{self.version}.zip", progress=progress)

    def rename(self, name: str) -> "Dataset":
        self.data = self._transport.patch(f"/v1/datasets/{self.id}", {"name": name})
        return self

    def delete(self, *, permanent: bool = False) -> None:
        """Deletes it with all its versions."""
        self._transport.delete(f"/v1/datasets/{self.id}", {"permanent": permanent or None})

    @property
    def _path(self) -> str:
        return f"/v1/datasets/{self.ref}"


class Datasets:
    """`client.datasets`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def upload(
        self,
        path: str | os.PathLike[str],
        *,
        name: str | None = None,
        leakage: Literal["remove", "refuse"] | None = None,
        near_duplicates: Literal["report", "remove", "refuse"] | None = None,
        group_by: str | None = None,
        progress: bool = False,
        wait: bool = True,
        state_folder: str | os.PathLike[str] | None = None,
    ) -> Dataset:
        """
        Makes a data set of a folder (one folder per class, or a table of labels) or of an archive, and waits until it is read.

        A folder is packed on the way. A connection that breaks is resumed, and so is an upload that another process began: what is under way is
        noted in `state_folder`, by default in the user's cache.
        """
        folder = default_folder() if state_folder is None else Path(state_folder)
        id, state = _upload(self._transport, path, progress=progress, state_folder=folder)
        body = {
            "name": Path(path).resolve().name if name is None else name,
            "leakage": leakage,
            "nearDuplicates": near_duplicates,
            "groupBy": group_by,
            "upload": id,
        }
        dataset = self._create(body, key=id)
        state.remove()
        return dataset.wait(progress=progress) if wait else dataset

    def import_from(self, address: str, *, name: str | None = None, wait: bool = True, progress: bool = False) -> Dataset:
        """Makes a data set of what the service fetches from an address."""
        dataset = self._create({"name": name, "import": address})
        return dataset.wait(progress=progress) if wait else dataset

    def list(
        self,
        *,
        state: str | Sequence[str] | None = None,
        name: str | None = None,
        created_after: str | None = None,
        created_before: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Dataset]:
        """Newest first, unless `sort` says otherwise."""
        params = {"state": state, "name": name, "createdAfter": created_after, "createdBefore": created_before, "sort": sort}
        return self._listed(params, limit)

    def get(self, id: str) -> Dataset:
        """Of an id, the newest version that is ready; of ID@VERSION, that one."""
        return Dataset(self._transport, self._transport.get(f"/v1/datasets/{id}"))

    def delete(self, id: str, *, permanent: bool = False) -> None:
        self._transport.delete(f"/v1/datasets/{id}", {"permanent": permanent or None})

    def _create(self, body: dict[str, Any], *, key: str | None = None) -> Dataset:
        fields = given(body)
        headers = {} if key is None else {"idempotency-key": _key_of(key, fields)}
        response = self._transport.call("POST", "/v1/datasets", json=fields, headers=headers, creates=True)
        return Dataset(self._transport, response.json())

    def _listed(self, params: dict[str, Any], limit: int | None) -> Iterator[Dataset]:
        for data in self._transport.pages("/v1/datasets", params, limit=limit):
            yield Dataset(self._transport, data)


def _key_of(upload_id: str, body: dict[str, Any]) -> str:
    """The same upload and options make one data set, however often it is asked for."""
    return f"{upload_id}-{hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]}"


def _upload(transport: Transport, path: str | os.PathLike[str], *, progress: bool, state_folder: Path) -> tuple[str, UploadState]:
    source = in_thread(source_of, path)
    if isinstance(source, FolderSource) and source.dead_links:
        warnings.warn(f"Links that lead nowhere are left out: {', '.join(source.dead_links[:10])}", stacklevel=4)
    state = UploadState(state_folder, transport.url, transport.api_key, source.fingerprint)
    with Bar(progress, source.file_name, total=source.size_bytes, unit="B", scale=True) as bar:
        return upload(transport, source, state, bar.at), state
