"""Writes images resized by PIL with BILINEAR; the source pixels follow from their index (see the test that reads this).

Usage: pil_resize.py OUT.json
"""
import base64
import json
import sys

import numpy as np
from PIL import Image

cases = []
for (w, h), (to_w, to_h), channels in [
    ((37, 23), (16, 9), 1),
    ((37, 23), (50, 41), 3),
    ((20, 64), (33, 12), 3),
    ((91, 90), (14, 15), 1),
]:
    index = np.arange(w * h * channels, dtype=np.int64)
    pixels = ((index * index * 31 + index * 17) % 251).astype(np.uint8)
    image = Image.fromarray(pixels.reshape(h, w) if channels == 1 else pixels.reshape(h, w, 3))
    resized = np.asarray(image.resize((to_w, to_h), Image.BILINEAR))
    cases.append({
        "from": {"width": w, "height": h}, "width": to_w, "height": to_h, "channels": channels,
        "pixels": base64.b64encode(resized.tobytes()).decode(),
    })
with open(sys.argv[1], "w") as file:
    json.dump({"cases": cases}, file)
