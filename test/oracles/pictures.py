"""Small images for oracles, and what they are compared by."""
import base64
import zlib

import numpy as np
from PIL import Image


def picture(width, height, channels, seed):
    """Smooth shapes with noise, which leave some values out and have others often."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = [
        110 + 80 * np.sin(x / (3 + c) + c) * np.cos(y / (4 - c)) + rng.normal(0, 18, (height, width)) for c in range(channels)
    ]
    pixels = np.clip(np.stack(planes, -1), 20, 231).astype(np.uint8)
    pixels[: height // 4, : width // 3] = 37
    return pixels


def to_image(pixels):
    return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)


def crc(image):
    return f"{zlib.crc32(np.ascontiguousarray(np.asarray(image)).tobytes()):08x}"


def described(label, pixels):
    height, width, channels = pixels.shape
    return {
        "label": label, "width": width, "height": height, "channels": channels,
        "pixels": base64.b64encode(pixels.tobytes()).decode(),
    }
