import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .. import types
from .._images import MAX_IMAGES, Image, image_bytes, image_parts
from .._safetensors import header_of, read_tensors
from .downloads import download
from .platform import in_thread
from .transport import AsyncTransport

if TYPE_CHECKING:
    import torch

    from ..torchvision import TorchModel

Format = Literal["tfjs", "onnx", "safetensors"]
Precision = Literal["float32", "float16", "uint8"]
_ENDINGS = {"tfjs": "zip", "onnx": "onnx", "safetensors": "safetensors"}


class AsyncCheckpoint:
    """Weights of a job: `last`, `best` or `averaged`."""

    def __init__(self, transport: AsyncTransport, data: types.Checkpoint) -> None:
        self._transport = transport
        # The service's latest answer about it.
        self.data = data

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.kind} of {self.data['job']}, step {self.step}>"

    @property
    def id(self) -> str:
        return self.data["id"]

    @property
    def kind(self) -> str:
        return self.data["kind"]

    @property
    def step(self) -> int:
        return self.data["step"]

    @property
    def metrics(self) -> dict[str, float]:
        return self.data["metrics"]

    async def download(self, path: str | os.PathLike[str], *, progress: bool = False) -> Path:
        """Writes the checkpoint itself, a safetensors file, checked by its hash; a download that was cut off is resumed."""
        return await download(
            self._transport,
            f"{self._path}/content",
            path,
            file_name=f"{self.data['job']}-{self.kind}.safetensors",
            sha256=self.data["sha256"],
            size_bytes=self.data["sizeBytes"],
            progress=progress,
        )

    async def export(
        self, path: str | os.PathLike[str], *, format: Format, precision: Precision = "float32", progress: bool = False
    ) -> Path:
        """Writes the model for others to run: for browsers (tfjs, zipped), ONNX, or safetensors with torchvision's names."""
        return await download(
            self._transport,
            f"{self._path}/exports",
            path,
            file_name=f"{self.id}-{precision}.{_ENDINGS[format]}",
            params={"format": format, "precision": precision},
            progress=progress,
        )

    async def export_report(self, *, format: Format, precision: Precision = "float32") -> types.ExportReport:
        """What an export holds, and what its precision costs."""
        params = {"format": format, "precision": precision}
        report: types.ExportReport = await self._transport.get(f"{self._path}/exports/report", params)
        return report

    async def info(self) -> dict[str, Any]:
        """What the checkpoint says of itself: spec, classes, image size, normalisation, calibration."""
        content = f"{self._path}/content"
        length = int.from_bytes((await self._bytes(content, 0, 8)), "little")
        return header_of(await self._bytes(content, 8, length))

    async def state_dict(self) -> "dict[str, torch.Tensor]":
        """Its weights with torchvision's names and layout, as torch tensors."""
        params = {"format": "safetensors", "precision": "float32"}
        response = await self._transport.call("GET", f"{self._path}/exports", params=params, headers={"accept": "*/*"})
        return await in_thread(read_tensors, response.content)

    async def load_torch(self) -> "TorchModel":
        """
        The trained model as a torchvision module, with its labels, preprocessing and calibration.

        Raises UnsupportedModelError for what torchvision cannot compute, such as a cosine classifier.
        """
        from ..torchvision import torch_model

        info = await self.info()
        return await in_thread(torch_model, info, await self.state_dict())

    async def predict(
        self, image: Image, *, top: int = 5, logits: bool = False, as_is: bool = False, tta: bool = False, adjust_logits: float = 0
    ) -> types.Prediction:
        """Calibrated probabilities of an image: a path, bytes, an open file or a PIL image."""
        found = await self.predict_many([image], top=top, logits=logits, as_is=as_is, tta=tta, adjust_logits=adjust_logits)
        return found[0]

    async def predict_many(
        self, images: Sequence[Image], *, top: int = 5, logits: bool = False, as_is: bool = False, tta: bool = False, adjust_logits: float = 0
    ) -> list[types.Prediction]:
        """The same of many, in their order."""
        params = {"top": top, "logits": logits, "asIs": as_is, "tta": tta, "adjustLogits": adjust_logits}
        return (await predictions(self._transport, f"{self._path}/predict", images, params))[0]

    async def gradcam(self, image: Image, *, class_: str | None = None) -> bytes:
        """Where the image supports a class, by default the most probable one, as PNG."""
        return await gradcam(self._transport, f"{self._path}/gradcam", image, class_)

    async def delete(self, *, permanent: bool = False) -> None:
        await self._transport.delete(self._path, {"permanent": permanent or None})

    async def _bytes(self, route: str, start: int, count: int) -> bytes:
        headers = {"accept": "*/*", "range": f"bytes={start}-{start + count - 1}"}
        return (await self._transport.call("GET", route, headers=headers)).content

    @property
    def _path(self) -> str:
        return f"/v1/checkpoints/{self.id}"


class AsyncCheckpoints:
    """`client.checkpoints`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def get(self, id: str) -> AsyncCheckpoint:
        return AsyncCheckpoint(self._transport, await self._transport.get(f"/v1/checkpoints/{id}"))


async def predictions(
    transport: AsyncTransport, route: str, images: Sequence[Image], params: dict[str, Any]
) -> tuple[list[types.Prediction], dict[str, Any]]:
    """What a route predicts of images, as many calls as they need, and the last answer as a whole."""
    found: list[types.Prediction] = []
    answer: dict[str, Any] = {}
    for start in range(0, len(images), MAX_IMAGES):
        parts = await in_thread(image_parts, list(images[start : start + MAX_IMAGES]))
        answer = (await transport.call("POST", route, params=params, files=parts)).json()
        found.extend(answer["data"])
    return found, answer


async def gradcam(transport: AsyncTransport, route: str, image: Image, class_: str | None) -> bytes:
    _, content = await in_thread(image_bytes, image)
    headers = {"accept": "image/png", "content-type": "image/jpeg"}
    return (await transport.call("POST", route, params={"class": class_}, headers=headers, content=content)).content
