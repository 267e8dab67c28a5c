# Made from ../_async by `npm run docs`; do not edit.
import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from .. import types
from .._bodies import given
from .._progress import Bar
from ..errors import JobFailedError
from .checkpoints import Checkpoint
from .datasets import Dataset
from .downloads import download
from .transport import Transport
from .waiting import until

_ENDED = ("succeeded", "failed")


class PredictionBatch:
    """Predictions of many images, made by a worker."""

    def __init__(self, transport: Transport, data: types.PredictionBatch) -> None:
        self._transport = transport
        # The service's latest answer about it.
        self.data = data

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.state}>"

    @property
    def id(self) -> str:
        return self.data["id"]

    @property
    def state(self) -> str:
        return self.data["state"]

    def refresh(self) -> "PredictionBatch":
        self.data = self._transport.get(self._path)
        return self

    def wait(self, *, progress: bool = False, timeout: float | None = None) -> "PredictionBatch":
        """Until every image is predicted. Raises JobFailedError where it failed."""
        with Bar(progress, "predicting", unit="image") as bar:

            def look() -> bool:
                self.refresh()
                bar.at(self.data["predicted"], total=self.data["images"], note=self.state)
                return self.state in _ENDED

            until(look, timeout=timeout, what=self.id)
        if self.state == "failed":
            raise JobFailedError(self.id, self.state, self.data["reason"])
        return self

    def download(self, path: str | os.PathLike[str], *, progress: bool = False) -> Path:
        """Writes the result: JSON lines or CSV, as was asked for."""
        result = self.data["result"]
        return download(
            self._transport,
            f"{self._path}/content",
            path,
            file_name=f"{self.id}.{self.data['format']}",
            sha256=None if result is None else result["sha256"],
            size_bytes=None if result is None else result["sizeBytes"],
            progress=progress,
        )

    def rows(self) -> list[dict[str, Any]]:
        """The result: an object per image; of CSV, texts by column."""
        text = (self._transport.call("GET", f"{self._path}/content", headers={"accept": "*/*"})).text
        if self.data["format"] == "csv":
            return [dict(row) for row in csv.DictReader(text.splitlines())]
        return [json.loads(line) for line in text.split("\n") if line != ""]

    def delete(self) -> None:
        """With its result; one that is under way is given up."""
        self._transport.delete(self._path)

    @property
    def _path(self) -> str:
        return f"/v1/predictions/{self.id}"


class Predictions:
    """`client.predictions`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        model: str | None = None,
        checkpoint: str | Checkpoint | None = None,
        dataset: str | Dataset | None = None,
        upload: str | None = None,
        split: Literal["train", "val", "test"] | None = None,
        format: Literal["jsonl", "csv"] | None = None,
        top: int | None = None,
        tta: bool | None = None,
    ) -> PredictionBatch:
        """Of a model by name or a checkpoint, and of a data set or the id of an upload."""
        body = {
            "model": model,
            "checkpoint": checkpoint.id if isinstance(checkpoint, Checkpoint) else checkpoint,
            "dataset": dataset.ref if isinstance(dataset, Dataset) else dataset,
            "upload": upload,
            "split": split,
            "format": format,
            "top": top,
            "tta": tta,
        }
        return PredictionBatch(self._transport, self._transport.post("/v1/predictions", given(body), creates=True))

    def get(self, id: str) -> PredictionBatch:
        return PredictionBatch(self._transport, self._transport.get(f"/v1/predictions/{id}"))

    def list(self, *, limit: int | None = None) -> Iterator[PredictionBatch]:
        """Newest first."""
        return self._listed(limit)

    def _listed(self, limit: int | None) -> Iterator[PredictionBatch]:
        for data in self._transport.pages("/v1/predictions", limit=limit):
            yield PredictionBatch(self._transport, data)
