"""Writes CRC-32s of small images after OpenCV's CLAHE, of a colour image's luma, whose change is added to every channel.

Usage: opencv_clahe.py OUT.json   (Debian's python3-opencv)
"""
import json
import sys

import cv2
import numpy as np

from pictures import crc, described, picture, to_image

PICTURES = {
    "colour": picture(64, 48, 3, 1),
    "odd": picture(37, 51, 3, 2),
    "grey": picture(64, 64, 1, 3),
    "one side even": picture(32, 33, 1, 4),
    "narrow": picture(2, 9, 3, 5),
    "flat": np.full((16, 16, 1), 113, np.uint8),
    "one": picture(1, 1, 3, 6),
}


def equalized(pixels, clip, tiles):
    clahe = cv2.createCLAHE(clip, (tiles, tiles))
    if pixels.shape[2] == 1:
        return clahe.apply(pixels[..., 0])
    luma = np.asarray(to_image(pixels).convert("L"))
    change = clahe.apply(luma).astype(int) - luma
    return np.clip(pixels + change[..., None], 0, 255).astype(np.uint8)


cases = [
    {"clipLimit": clip, "tiles": tiles, "crc": [crc(equalized(pixels, clip, tiles)) for pixels in PICTURES.values()]}
    for clip in (1, 2.5, 4, 40)
    for tiles in (1, 4, 7, 8, 32)
]
with open(sys.argv[1], "w") as file:
    json.dump({"pictures": [described(label, pixels) for label, pixels in PICTURES.items()], "cases": cases}, file)
