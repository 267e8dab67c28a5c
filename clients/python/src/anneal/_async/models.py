from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import quote

from .. import types
from .._bodies import given
from .._images import Image
from .checkpoints import AsyncCheckpoint, gradcam, predictions
from .job import AsyncJob
from .transport import AsyncTransport


class AsyncModel:
    """A name in the registry, with its versions and aliases."""

    def __init__(self, transport: AsyncTransport, data: types.Model) -> None:
        self._transport = transport
        # The service's latest answer about it.
        self.data = data

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}, version {self.data['newestVersion']}>"

    @property
    def name(self) -> str:
        return self.data["name"]

    @property
    def aliases(self) -> dict[str, int]:
        """Numbers of versions by alias."""
        return self.data["aliases"]

    async def refresh(self) -> "AsyncModel":
        self.data = await self._transport.get(self._path)
        return self

    async def register(
        self, *, checkpoint: str | AsyncCheckpoint | None = None, job: str | AsyncJob | None = None, description: str | None = None
    ) -> types.ModelVersion:
        """Registers a checkpoint, or the best one of a job, as the next version."""
        body = {
            "checkpoint": checkpoint.id if isinstance(checkpoint, AsyncCheckpoint) else checkpoint,
            "job": job.id if isinstance(job, AsyncJob) else job,
            "description": description,
        }
        version: types.ModelVersion = await self._transport.post(f"{self._path}/versions", given(body), creates=True)
        return version

    def versions(self) -> AsyncIterator[types.ModelVersionSummary]:
        """Newest first."""
        return self._transport.pages(f"{self._path}/versions")

    async def version(self, number: int) -> types.ModelVersion:
        """With its lineage: job, checkpoint, spec, data set, version of the code."""
        version: types.ModelVersion = await self._transport.get(f"{self._path}/versions/{number}")
        return version

    async def card(self, number: int) -> str:
        """The model card of a version, as Markdown."""
        return (await self._transport.call("GET", f"{self._path}/versions/{number}/card", headers={"accept": "text/markdown"})).text

    async def promote(self, alias: str, version: int, *, reason: str) -> types.Promotion:
        """Points an alias at a version; who did and why is kept."""
        body = {"version": version, "reason": reason}
        promotion: types.Promotion = await self._transport.put(f"{self._path}/aliases/{quote(alias, safe='')}", body)
        return promotion

    async def remove_alias(self, alias: str, *, reason: str) -> None:
        await self._transport.delete(f"{self._path}/aliases/{quote(alias, safe='')}", {"reason": reason})

    def promotions(self) -> AsyncIterator[types.Promotion]:
        """Newest first."""
        return self._transport.pages(f"{self._path}/promotions")

    async def checkpoint(self, number: int | None = None) -> AsyncCheckpoint:
        """The weights of a version, by default of the alias `champion`, else of the newest."""
        if number is None:
            await self.refresh()
            number = self.aliases.get("champion", self.data["newestVersion"] or 0)
        id = (await self.version(number))["checkpoint"]
        return AsyncCheckpoint(self._transport, await self._transport.get(f"/v1/checkpoints/{id}"))

    async def predict(self, image: Image, *, version: int | str | None = None, top: int = 5, logits: bool = False) -> types.Prediction:
        """By a version's number or alias, by default the alias `champion`, else the newest."""
        return (await predict_by_name(self._transport, _ref(self.name, version), [image], top=top, logits=logits))["data"][0]

    async def update(self, **changes: Any) -> "AsyncModel":
        """Changes `name`, `description` or `card`."""
        self.data = await self._transport.patch(self._path, changes)
        return self

    async def delete_version(self, number: int) -> None:
        await self._transport.delete(f"{self._path}/versions/{number}")

    async def delete(self) -> None:
        await self._transport.delete(self._path)

    @property
    def _path(self) -> str:
        return f"/v1/models/{quote(self.name, safe='')}"


class AsyncModels:
    """`client.models`: the registry."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(self, name: str, *, description: str | None = None, card: types.ModelRequestCard | None = None) -> AsyncModel:
        body = given({"name": name, "description": description, "card": card})
        return AsyncModel(self._transport, await self._transport.post("/v1/models", body, creates=True))

    async def get(self, name: str) -> AsyncModel:
        return AsyncModel(self._transport, await self._transport.get(f"/v1/models/{quote(name, safe='')}"))

    def list(self, *, limit: int | None = None) -> AsyncIterator[AsyncModel]:
        return self._listed(limit)

    async def predict(self, ref: str, images: Image | Sequence[Image], *, top: int = 5, logits: bool = False) -> types.NamedPredictions:
        """By NAME, NAME:VERSION or NAME@ALIAS: of an image, or of a list of them. The answer says which version it was."""
        many = list(images) if isinstance(images, (tuple, list)) else [images]
        return await predict_by_name(self._transport, ref, many, top=top, logits=logits)

    async def gradcam(self, ref: str, image: Image, *, class_: str | None = None) -> bytes:
        """Where the image supports a class, as PNG."""
        return await gradcam(self._transport, f"/v1/models/{quote(ref, safe='@:')}/gradcam", image, class_)

    async def _listed(self, limit: int | None) -> AsyncIterator[AsyncModel]:
        async for data in self._transport.pages("/v1/models", limit=limit):
            yield AsyncModel(self._transport, data)


async def predict_by_name(transport: AsyncTransport, ref: str, images: Sequence[Image], *, top: int, logits: bool) -> types.NamedPredictions:
    found, answer = await predictions(transport, f"/v1/models/{quote(ref, safe='@:')}/predict", images, {"top": top, "logits": logits})
    return {"model": answer["model"], "data": found}


def _ref(name: str, version: int | str | None) -> str:
    if version is None:
        return name
    return f"{name}:{version}" if isinstance(version, int) else f"{name}@{version}"
