"""Loads an export's safetensors into torchvision, strictly, and prints the logits of images as JSON.

Usage: torchvision_load.py MODEL CLASSES WEIGHTS.safetensors IMAGES.f32 N,C,H,W [OPTIONS.json]
"""
import json
import struct
import sys

import numpy as np
import torch
import torchvision

name, classes, weights, images, shape = sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]
options = json.loads(sys.argv[6]) if len(sys.argv) > 6 else {}
with open(weights, "rb") as file:
    raw = file.read()
length = struct.unpack("<Q", raw[:8])[0]
header = json.loads(raw[8 : 8 + length])
state = {}
for key, entry in header.items():
    if key == "__metadata__":
        continue
    begin, end = entry["data_offsets"]
    dtype = {"F32": np.float32, "F16": np.float16}[entry["dtype"]]
    values = np.frombuffer(raw[8 + length + begin : 8 + length + end], dtype=dtype).reshape(entry["shape"])
    state[key] = torch.from_numpy(values.astype(np.float32))
model = getattr(torchvision.models, name)(num_classes=classes, **options)
model.load_state_dict(state, strict=True)
model.eval()
pixels = torch.from_numpy(np.fromfile(images, dtype=np.float32).reshape([int(side) for side in shape.split(",")]))
with torch.no_grad():
    print(json.dumps(model(pixels).flatten().tolist()))
