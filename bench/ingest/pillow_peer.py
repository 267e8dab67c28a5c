"""Pillow in a pool of processes, one per core: open, convert, resize; prints images, seconds and peak memory. pillow_peer.py SOURCE SHORTER_SIDE."""
import io
import json
import multiprocessing
import os
import resource
import sys
import tarfile
import time
from pathlib import Path

import PIL
from PIL import Image

source, shorter_side = sys.argv[1], int(sys.argv[2])


def prepare(file):
    image = Image.open(io.BytesIO(file) if isinstance(file, bytes) else file).convert('RGB')
    scale = min(1, shorter_side / min(image.size))
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.BILINEAR)
    return len(image.tobytes())


def files():
    if os.path.isdir(source):
        yield from map(str, Path(source).glob('*/*'))
        return
    with tarfile.open(source) as tar:
        for member in tar:
            if member.isfile():
                yield tar.extractfile(member).read()


if __name__ == '__main__':
    start = time.perf_counter()
    with multiprocessing.Pool(len(os.sched_getaffinity(0))) as pool:
        sizes = list(pool.imap_unordered(prepare, files(), chunksize=64))
        seconds = time.perf_counter() - start
        pool.close()
        pool.join()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps({'version': PIL.__version__, 'images': len(sizes), 'seconds': seconds, 'peakMb': (own + largest) / 1024}))
