"""Writes CRC-32s of small images after every operation of torchvision's policies on PIL images, at every magnitude, and after more of PIL's.

Usage: pil_pixel_ops.py OUT.json
"""
import json
import sys

import numpy as np
from PIL import Image, ImageEnhance, ImageOps
from torchvision.transforms import AutoAugment, InterpolationMode, TrivialAugmentWide
from torchvision.transforms import functional as F
from torchvision.transforms.autoaugment import _apply_op

from pictures import crc, described, picture, to_image

FILLS = {"nearest": 0, "bilinear": 77}
GEOMETRIC = ["ShearX", "ShearY", "TranslateX", "TranslateY", "Rotate"]


def spaces():
    """Every magnitude of AutoAugment and of TrivialAugment, by operation: both signs where it has them. Translations are whole."""
    magnitudes = {}
    for space in [AutoAugment()._augmentation_space(10, (22, 31)), TrivialAugmentWide()._augmentation_space(31)]:
        for name, (values, signed) in space.items():
            values = [float(v) for v in values.reshape(-1)]
            magnitudes.setdefault(name, set()).update(values + [-v for v in values] if signed else values)
    magnitudes["TranslateX"] = magnitudes["TranslateY"] = set(range(-33, 34, 3))
    return {name: sorted(values) for name, values in magnitudes.items()}


PICTURES = {
    "colour": picture(31, 22, 3, 1),
    "square": picture(17, 17, 3, 2),
    "grey": picture(23, 30, 1, 3),
    "narrow": picture(2, 9, 3, 4),
    "flat": np.full((5, 7, 3), 113, np.uint8),
    "full": np.arange(64 * 36, dtype=np.uint32).astype(np.uint8).reshape(36, 64, 1),
}

SPACES = spaces()
out = []
for label, pixels in PICTURES.items():
    image = to_image(pixels)
    height, width, channels = pixels.shape
    cases = []
    for name, magnitudes in SPACES.items():
        for mode in FILLS if name in GEOMETRIC else ["nearest"]:
            interpolation = InterpolationMode(mode)
            results = [crc(_apply_op(image, name, m, interpolation, FILLS[mode])) for m in magnitudes]
            cases.append({"operation": name, "interpolation": mode, "crc": " ".join(results)})
    affine = [
        F.affine(image, angle, [tx, ty], scale, [sx, sy], InterpolationMode(mode), FILLS[mode])
        for mode in FILLS
        for angle, tx, ty, scale, sx, sy in [(10, 2, -3, 0.7, 5, 0), (-77, 0, 1, 1.4, -12, 8), (180, 1, 0, 0.0003, 0, 0), (0, 1, 1, 2.5, 0, 0)]
    ]
    thirds = list(range(0, 256, 51)) + [3, 90]
    extra = {
        "affine": affine,
        "grayscale": [F.to_grayscale(image, channels)],
        "withChannels": [image.convert("RGB") if channels == 1 else image.convert("L")],
        "flips": [ImageOps.mirror(image), ImageOps.flip(image)],
        "quarterTurns": [image.transpose(t) for t in (Image.ROTATE_90, Image.ROTATE_180, Image.ROTATE_270)],
        "lookup": [image.point([(v * v * 7 + 3) % 256 for v in range(256)] * channels)],
        "solarize": [ImageOps.solarize(image, threshold) for threshold in thirds],
        "posterize": [ImageOps.posterize(image, bits) for bits in range(9)],
        "enhance": [
            enhance(image).enhance(factor)
            for enhance in (ImageEnhance.Brightness, ImageEnhance.Color, ImageEnhance.Contrast, ImageEnhance.Sharpness)
            for factor in (0, 0.31, 1, 1.7, 4)
        ],
    }
    out.append({
        **described(label, pixels),
        "policy": cases,
        "extra": {name: " ".join(map(crc, images)) for name, images in extra.items()},
    })

with open(sys.argv[1], "w") as file:
    json.dump({"fills": FILLS, "magnitudes": SPACES, "pictures": out}, file)
