import csv
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

from .. import types
from .._bodies import given
from .._progress import Bar
from ..errors import JobFailedError
from .checkpoints import AsyncCheckpoint
from .datasets import AsyncDataset
from .downloads import download
from .transport import AsyncTransport
from .waiting import until

_ENDED = ("succeeded", "failed")


class AsyncPredictionBatch:
    """Predictions of many images, made by a worker."""

    def __init__(self, transport: AsyncTransport, data: types.PredictionBatch) -> None:
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

    async def refresh(self) -> "AsyncPredictionBatch":
        self.data = await self._transport.get(self._path)
        return self

    async def wait(self, *, progress: bool = False, timeout: float | None = None) -> "AsyncPredictionBatch":
        """Until every image is predicted. Raises JobFailedError where it failed."""
        with Bar(progress, "predicting", unit="image") as bar:

            async def look() -> bool:
                await self.refresh()
                bar.at(self.data["predicted"], total=self.data["images"], note=self.state)
                return self.state in _ENDED

            await until(look, timeout=timeout, what=self.id)
        if self.state == "failed":
            raise JobFailedError(self.id, self.state, self.data["reason"])
        return self

    async def download(self, path: str | os.PathLike[str], *, progress: bool = False) -> Path:
        """Writes the result: JSON lines or CSV, as was asked for."""
        result = self.data["result"]
        return await download(
            self._transport,
            f"{self._path}/content",
            path,
            file_name=f"{self.id}.{self.data['format']}",
            sha256=None if result is None else result["sha256"],
            size_bytes=None if result is None else result["sizeBytes"],
            progress=progress,
        )

    async def rows(self) -> list[dict[str, Any]]:
        """The result: an object per image; of CSV, texts by column."""
        text = (await self._transport.call("GET", f"{self._path}/content", headers={"accept": "*/*"})).text
        if self.data["format"] == "csv":
            return [dict(row) for row in csv.DictReader(text.splitlines())]
        return [json.loads(line) for line in text.split("\n") if line != ""]

    async def delete(self) -> None:
        """With its result; one that is under way is given up."""
        await self._transport.delete(self._path)

    @property
    def _path(self) -> str:
        return f"/v1/predictions/{self.id}"


class AsyncPredictions:
    """`client.predictions`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(
        self,
        *,
        model: str | None = None,
        checkpoint: str | AsyncCheckpoint | None = None,
        dataset: str | AsyncDataset | None = None,
        upload: str | None = None,
        split: Literal["train", "val", "test"] | None = None,
        format: Literal["jsonl", "csv"] | None = None,
        top: int | None = None,
        tta: bool | None = None,
    ) -> AsyncPredictionBatch:
        """Of a model by name or a checkpoint, and of a data set or the id of an upload."""
        body = {
            "model": model,
            "checkpoint": checkpoint.id if isinstance(checkpoint, AsyncCheckpoint) else checkpoint,
            "dataset": dataset.ref if isinstance(dataset, AsyncDataset) else dataset,
            "upload": upload,
            "split": split,
            "format": format,
            "top": top,
            "tta": tta,
        }
        return AsyncPredictionBatch(self._transport, await self._transport.post("/v1/predictions", given(body), creates=True))

    async def get(self, id: str) -> AsyncPredictionBatch:
        return AsyncPredictionBatch(self._transport, await self._transport.get(f"/v1/predictions/{id}"))

    def list(self, *, limit: int | None = None) -> AsyncIterator[AsyncPredictionBatch]:
        """Newest first."""
        return self._listed(limit)

    async def _listed(self, limit: int | None) -> AsyncIterator[AsyncPredictionBatch]:
        async for data in self._transport.pages("/v1/predictions", limit=limit):
            yield AsyncPredictionBatch(self._transport, data)
