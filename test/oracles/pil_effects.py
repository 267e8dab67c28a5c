"""Writes CRC-32s of small images after Pillow's filters and torchvision's adjustments, one a picture.

Usage: pil_effects.py OUT.json
"""
import io
import json
import sys

import numpy as np
from PIL import Image, ImageFilter
from torchvision.transforms import functional as F

from pictures import crc, described, picture, to_image

PICTURES = {
    "colour": picture(31, 22, 3, 1),
    "grey": picture(23, 30, 1, 3),
    "narrow": picture(2, 9, 3, 4),
    "flat": np.full((5, 7, 3), 113, np.uint8),
    "full": np.arange(64 * 36, dtype=np.uint32).astype(np.uint8).reshape(36, 64, 1),
    "one": picture(1, 1, 3, 5),
    "one grey": picture(1, 1, 1, 6),
}
IMAGES = [to_image(pixels) for pixels in PICTURES.values()]


def filtered(make, cases):
    """One case a line: its parameters, and the CRC of every picture."""
    return [{**case, "crc": [crc(image.filter(make(**case))) for image in IMAGES]} for case in cases]


def kernel(weights, scale, offset):
    """Pillow's kernels go from the bottom up; what has a border of half a kernel around it is compared."""
    side = int(len(weights) ** 0.5)
    flipped = np.asarray(weights, float).reshape(side, side)[::-1].reshape(-1).tolist()
    margin = side // 2
    results = []
    for image in IMAGES:
        if min(image.size) < side:
            continue
        done = image.filter(ImageFilter.Kernel((side, side), flipped, scale, offset))
        results.append(crc(done.crop((margin, margin, image.width - margin, image.height - margin))))
    return {"side": side, "weights": [w / scale for w in weights], "offset": offset, "crc": results}


def every(apply, **case):
    return {**case, "crc": [crc(apply(image)) for image in IMAGES]}


def all_colours():
    """Every colour once: 4096 x 4096 pixels, whose values from the first on are the bytes of 0, 1, 2, ..., the lowest first."""
    index = np.arange(2**24, dtype=np.uint32)
    return Image.fromarray(np.stack([index & 255, index >> 8 & 255, index >> 16], -1).astype(np.uint8).reshape(4096, 4096, 3))


def saturated(image, factor):
    if image.mode == "L":
        return image
    h, s, v = image.convert("HSV").split()
    return Image.merge("HSV", (h, s.point(lambda value: min(255, int(value * factor + 0.5))), v)).convert("RGB")


def jittered(image, brightness, contrast, saturation, hue):
    changed = F.adjust_contrast(F.adjust_brightness(image, brightness), contrast)
    return F.adjust_hue(F.adjust_saturation(changed, saturation), hue)


def padded(image, left, top, right, bottom, mode):
    """Reflecting needs as many pixels as it mirrors."""
    if mode == "reflect" and min(image.size) <= max(left, top, right, bottom):
        return image
    return F.pad(image, [left, top, right, bottom], padding_mode=mode)


def compressed(image, quality):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


def perspective(matrix, mode, fill):
    resample = {"nearest": Image.NEAREST, "bilinear": Image.BILINEAR}[mode]
    fills = {"L": fill, "RGB": (fill, fill, fill)}
    apply = lambda image: image.transform(image.size, Image.PERSPECTIVE, matrix, resample, fillcolor=fills[image.mode])
    return every(apply, matrix=matrix, interpolation=mode, fill=fill)


MATRICES = [
    [1.2, 0.1, -2.5, 0.05, 1.1, -1.25, 0.004, -0.003],
    [0.7, -0.2, 4, 0.3, 0.9, -3, -0.02, 0.03],
    [1, 0, 0, 0, 1, 0, 0, 0],
    [-1, 0, 20, 0, 1, 0, 0.01, 0],
]
RADII = [0, 0.3, 0.5, 1, 1.25, 2, 3.7, 10, 40.5, 300]
SHARP = [(0.5, 100, 3), (2, 150, 3), (2, 150, 0), (1.3, 500, 20), (5, 0, 0)]
cases = {
    "boxBlur": filtered(ImageFilter.BoxBlur, [{"radius": r} for r in RADII]),
    "gaussianBlur": filtered(ImageFilter.GaussianBlur, [{"radius": r} for r in RADII]),
    "medianBlur": filtered(ImageFilter.MedianFilter, [{"size": s} for s in (1, 3, 5, 7, 15)]),
    "unsharpMask": filtered(ImageFilter.UnsharpMask, [dict(zip(("radius", "percent", "threshold"), c)) for c in SHARP]),
    "convolve": [
        kernel([-1, 0, 0, 0, 1, 0, 0, 0, 0], 1, 128),
        kernel([0, -2, 1, 3, 4, -5, 7, 0, 8], 16, 3),
        kernel([-1, -1, -1, -1, 9, -1, -1, -1, -1], 1, 0),
        kernel([(i * 7) % 11 - 3 for i in range(25)], 32, -10),
    ],
    "gamma": [every(lambda image: F.adjust_gamma(image, g), gamma=g) for g in (0.05, 0.7, 0.95, 1, 1.43, 2.2, 20)],
    "hue": [every(lambda image: F.adjust_hue(image, turn), turn=turn) for turn in (-0.5, -0.123, 0, 0.05, 0.31, 0.5)],
    "saturation": [every(lambda image: saturated(image, f), factor=f) for f in (0, 0.3, 1, 1.7, 9)],
    "allColours": [{"turn": turn, "crc": crc(F.adjust_hue(all_colours(), turn))} for turn in (0, 0.17)],
    "pad": [
        every(lambda image: padded(image, *sides, mode), sides=sides, border=mode)
        for mode in ("edge", "reflect", "symmetric")
        for sides in ([3, 0, 1, 5], [8, 7, 6, 5], [40, 0, 90, 70] if mode != "reflect" else [20, 0, 11, 19])
    ],
    "perspective": [perspective(m, mode, 9) for m in MATRICES for mode in ("nearest", "bilinear")],
    "jpeg": [every(lambda image: compressed(image, q), quality=q) for q in (1, 7, 25, 50, 75, 90, 95, 96, 100)],
    "jitter": [
        every(lambda image: jittered(image, *c), **dict(zip(("brightness", "contrast", "saturation", "hue"), c)))
        for c in [(0.6, 1.4, 0.7, -0.1), (1.37, 0.61, 1.9, 0.08), (1, 1, 1, 0)]
    ],
}
with open(sys.argv[1], "w") as file:
    json.dump({"pictures": [described(label, pixels) for label, pixels in PICTURES.items()], **cases}, file)
