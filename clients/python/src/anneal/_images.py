"""Images of a call: a path, bytes of a file, an open file, or a PIL image."""
import io
import os
from pathlib import Path
from typing import Any

# Images per call.
MAX_IMAGES = 16

Image = Any
Part = tuple[str, tuple[str, bytes, str]]


def image_bytes(image: Image) -> tuple[str, bytes]:
    """Name and content of the file that an image is sent as."""
    if isinstance(image, (str, os.PathLike)):
        path = Path(image)
        return path.name, path.read_bytes()
    if isinstance(image, (bytes, bytearray, memoryview)):
        return "image", bytes(image)
    if hasattr(image, "save") and hasattr(image, "mode"):
        file = io.BytesIO()
        image.save(file, format="PNG")
        return "image.png", file.getvalue()
    if hasattr(image, "read"):
        return Path(str(getattr(image, "name", "image"))).name, image.read()
    raise TypeError(f"An image is a path, bytes, an open file or a PIL image, not {type(image).__name__}.")


def image_parts(images: list[Image]) -> list[Part]:
    """Images as the files of multipart/form-data."""
    return [("image", (*image_bytes(image), "application/octet-stream")) for image in images]
