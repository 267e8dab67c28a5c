"""Loads exports' safetensors into torchvision, strictly, and prints the logits of images as JSON.

Reads one request per line of standard input, as JSON: {"model", "classes", "weights": PATH, "images": PATH of float32, "shape": [N, C, H, W],
"options"}. Writes a line of logits for each.
"""
import json
import struct
import sys

import numpy as np
import torch
import torchvision


def read(path):
    with open(path, "rb") as file:
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
    return state


for line in sys.stdin:
    request = json.loads(line)
    model = getattr(torchvision.models, request["model"])(num_classes=request["classes"], **request["options"])
    model.load_state_dict(read(request["weights"]), strict=True)
    model.eval()
    pixels = torch.from_numpy(np.fromfile(request["images"], dtype=np.float32).reshape(request["shape"]))
    with torch.no_grad():
        print(json.dumps(model(pixels).flatten().tolist()), flush=True)
