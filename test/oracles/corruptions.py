"""Corruptions by Pillow and numpy: /usr/bin/python3 test/oracles/corruptions.py > test/oracles/corruptions.json"""

import base64
import colorsys
import json

import numpy as np
from PIL import Image

rng = np.random.default_rng(4)
SIDE = 24
base = rng.integers(0, 256, (4, 4, 3)).astype(np.uint8)
image = np.array(Image.fromarray(base).resize((SIDE, SIDE), Image.Resampling.BILINEAR))
image = np.clip(image.astype(int) + rng.integers(-12, 13, image.shape), 0, 255).astype(np.uint8)


def pixelate(share):
    small = Image.fromarray(image).resize((int(SIDE * share),) * 2, Image.Resampling.BOX)
    return np.array(small.resize((SIDE, SIDE), Image.Resampling.BOX))


def contrast(kept):
    values = image / 255.0
    means = values.mean(axis=(0, 1), keepdims=True)
    return np.round(np.clip((values - means) * kept + means, 0, 1) * 255)


def brightness(added):
    result = np.zeros((SIDE, SIDE, 3))
    for y in range(SIDE):
        for x in range(SIDE):
            h, s, v = colorsys.rgb_to_hsv(*(image[y, x] / 255.0))
            result[y, x] = colorsys.hsv_to_rgb(h, s, min(1, v + added))
    return np.round(result * 255)


def gaussian_blur(sigma):
    reach = int(4 * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    result = image.astype(float)
    for axis in (1, 0):
        padded = np.pad(result, [(reach, reach) if a == axis else (0, 0) for a in range(3)], mode="edge")
        result = sum(w * np.take(padded, np.arange(i, i + SIDE), axis=axis) for i, w in enumerate(weights))
    return np.round(result)


def defocus_blur(constants):
    radius, smoothing = constants
    across, down = np.meshgrid(np.arange(-9, 10), np.arange(-9, 10))
    disk = (across**2 + down**2 <= radius**2).astype(float)
    rim = np.exp(-0.5 * (np.arange(-1, 2) / smoothing) ** 2)
    rim /= rim.sum()
    for axis in (0, 1):
        disk = np.apply_along_axis(np.convolve, axis, disk, rim, mode="same")
    disk /= disk.sum()
    padded = np.pad(image.astype(float), [(9, 9), (9, 9), (0, 0)], mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (19, 19), axis=(0, 1))
    return np.round(np.einsum("yxkij,ij->yxk", windows, disk))


def packed(pixels):
    return base64.b64encode(pixels.astype(np.uint8).tobytes()).decode()


CASES = {
    "pixelate": (pixelate, [0.95, 0.9, 0.85, 0.75, 0.65]),
    "contrast": (contrast, [0.75, 0.5, 0.4, 0.3, 0.15]),
    "brightness": (brightness, [0.05, 0.1, 0.15, 0.2, 0.3]),
    "gaussian-blur": (gaussian_blur, [0.4, 0.6, 0.7, 0.8, 1]),
    "defocus-blur": (defocus_blur, [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)]),
}
print(
    json.dumps(
        {
            "side": SIDE,
            "image": packed(image),
            "corrupted": {
                name: [packed(make(constants[severity - 1])) for severity in (2, 5)]
                for name, (make, constants) in CASES.items()
            },
        }
    )
)
