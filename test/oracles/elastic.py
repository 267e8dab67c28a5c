"""Writes small images moved by a smooth random field, computed straightforwardly in float64.

Usage: elastic.py OUT.json
"""
import base64
import json
import sys

import numpy as np

from pictures import described, picture

MASK = 0xFFFFFFFF
PICTURES = {"colour": picture(31, 22, 3, 1), "grey": picture(23, 30, 1, 3), "narrow": picture(2, 9, 3, 4), "one": picture(1, 1, 1, 6)}


def mixed(h):
    h = ((h ^ (h >> 16)) * 0x7FEB352D) & MASK
    h = ((h ^ (h >> 15)) * 0x846CA68B) & MASK
    return h ^ (h >> 16)


def uniform(seed, stream, place):
    key = mixed((mixed(seed) + 0x9E3779B9 * (stream + 1)) & MASK)
    return (mixed(mixed(place ^ key) ^ ((key * 0x85EBCA6B) & MASK)) >> 8) / 2**24


def box(sigma):
    """Weights of a box of standard deviation sigma / sqrt(3), by their distance."""
    variance = sigma * sigma / 3
    length = int(((12 * variance + 1) ** 0.5 - 1) // 2)
    part = (2 * length + 1) * (length * (length + 1) - 3 * variance) / (6 * (variance - (length + 1) ** 2))
    return np.array([part] + [1] * (2 * length + 1) + [part]) / (2 * (length + part) + 1)


def smoothed(values, axis, weights):
    reach = len(weights) // 2
    for _ in range(3):
        values = sum(w * np.roll(values, k - reach, axis) for k, w in enumerate(weights))
    return values


def field(width, height, sigma, displacement, seed, stream):
    noise = np.array([[uniform(seed, stream, y * width + x) * 2 - 1 for x in range(width)] for y in range(height)])
    weights = box(sigma)
    squares = [np.sum(smoothed(np.eye(1, n)[0], 0, weights) ** 2) for n in (width, height)]
    return smoothed(smoothed(noise, 0, weights), 1, weights) * displacement / np.sqrt(squares[0] * squares[1] / 3)


def moved(pixels, sigma, displacement, seed, interpolation, fill):
    height, width, _ = pixels.shape
    dx, dy = (field(width, height, sigma, displacement, seed, stream) for stream in (0, 1))
    out = np.full_like(pixels, fill)
    for y in range(height):
        for x in range(width):
            at_x, at_y = x + 0.5 + dx[y, x], y + 0.5 + dy[y, x]
            if not (0 <= at_x < width and 0 <= at_y < height):
                continue
            if interpolation == "nearest":
                out[y, x] = pixels[int(at_y), int(at_x)]
                continue
            left, top = int(np.floor(at_x - 0.5)), int(np.floor(at_y - 0.5))
            share_x, share_y = at_x - 0.5 - left, at_y - 0.5 - top
            at = lambda j, i: pixels[min(max(j, 0), height - 1), min(max(i, 0), width - 1)].astype(float)
            upper = at(top, left) * (1 - share_x) + at(top, left + 1) * share_x
            lower = at(top + 1, left) * (1 - share_x) + at(top + 1, left + 1) * share_x
            out[y, x] = upper * (1 - share_y) + lower * share_y
    return base64.b64encode(out.tobytes()).decode()


cases = [
    {
        "sigma": sigma, "displacement": displacement, "seed": seed, "interpolation": interpolation, "fill": 50,
        "outputs": [moved(pixels, sigma, displacement, seed, interpolation, 50) for pixels in PICTURES.values()],
    }
    for sigma, displacement, seed in [(1.5, 1, 7), (4, 2.5, 4294967295), (12, 0.7, 0)]
    for interpolation in ("nearest", "bilinear")
]
with open(sys.argv[1], "w") as file:
    json.dump({"pictures": [described(label, pixels) for label, pixels in PICTURES.items()], "cases": cases}, file)
