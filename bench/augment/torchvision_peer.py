"""Runs a transform of torchvision over images; see ../throughput/contestant.ts for the protocol. A step is all images, by the processor's clock."""
import io
import json
import resource
import sys
import time

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image, ImageFilter
from torchvision import transforms as T

work = json.loads(sys.argv[1])
torch.set_num_threads(1)
torch.manual_seed(0)
size, count = work["size"], work["count"]
pixels = np.fromfile(work["images"], np.uint8).reshape(count, size, size, 3)
if work.get("tensors"):
    images = [torch.from_numpy(image.transpose(2, 0, 1).copy()) for image in pixels]
else:
    images = [Image.fromarray(image) for image in pixels]


def compressed(image, quality):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    decoded = Image.open(file)
    decoded.load()
    return decoded


transform = eval(work["peer"], {"T": T, "ImageFilter": ImageFilter, "compressed": compressed, "size": size})


def timed_step():
    begin = time.process_time()
    for image in images:
        transform(image)
    return (time.process_time() - begin) * 1000


timed_step()
print(json.dumps({"version": f"torchvision {torchvision.__version__}, Pillow {PIL.__version__}"}), flush=True)
for line in sys.stdin:
    print(json.dumps({"milliseconds": [timed_step() for _ in range(int(line))]}), flush=True)
print(json.dumps({"peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}), flush=True)
