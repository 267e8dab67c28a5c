"""Writes a data set of photo-like images in ten class folders, as a folder and as a tar: make_images.py OUT KIND COUNT WIDTH HEIGHT FORMAT.

OUT/folder/classN/i.EXT and OUT/images.tar; KIND is `both` or `tar`.
"""
import io
import sys
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

out, kind, count, width, height, extension = Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:6]), sys.argv[6]
rng = np.random.default_rng(7)


def texture():
    """Smooth shapes with fine grain, the spectrum of a photo more or less."""
    image = np.zeros((2 * height, 2 * width, 3))
    for cells in (2, 5, 13, 40):
        noise = rng.integers(0, 256, (cells, cells, 3), np.uint8)
        layer = Image.fromarray(noise).resize((2 * width, 2 * height), Image.BICUBIC)
        image += np.asarray(layer, float) * (1 / cells**0.7)
    image += rng.normal(0, 4, image.shape)
    return np.clip((image - image.mean()) * (52 / image.std()) + 118, 0, 255).astype(np.uint8)


textures = [texture() for _ in range(60)]
tar = tarfile.open(out / 'images.tar', 'w')
folder = out / 'folder'
for i in range(count):
    picked = textures[i % len(textures)]
    x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
    pixels = picked[y:y + height, x:x + width].copy()
    # No two images are equal.
    pixels[:2, :8] = np.frombuffer(i.to_bytes(4, 'little') * 12, np.uint8).reshape(2, 8, 3)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, {'jpg': 'jpeg', 'png': 'png'}[extension], **({'quality': 85} if extension == 'jpg' else {}))
    name = f'class{i % 10}/{i:07}.{extension}'
    info = tarfile.TarInfo(name)
    info.size = buffer.tell()
    tar.addfile(info, io.BytesIO(buffer.getvalue()))
    if kind == 'both':
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(buffer.getvalue())
tar.close()
