"""Prints how far the logits of modules of `anneal.torchvision` are from those that were given, as a JSON object by folder.

Usage: compare_logits.py FOLDER...; each has info.json, model.safetensors, images.bin (NHWC) and logits.bin.
"""
import json
import sys
from pathlib import Path

import torch

from anneal._safetensors import read_tensors
from anneal.torchvision import torch_model

torch.set_num_threads(2)
found = {}
for folder in map(Path, sys.argv[1:]):
    info = json.loads((folder / "info.json").read_text())
    model = torch_model(info, read_tensors((folder / "model.safetensors").read_bytes()))
    floats = {name: torch.frombuffer(bytearray((folder / name).read_bytes()), dtype=torch.float32) for name in ("images.bin", "logits.bin")}
    images = floats["images.bin"].reshape(-1, model.size, model.size, model.channels).permute(0, 3, 1, 2)
    logits = floats["logits.bin"].reshape(len(images), -1)
    with torch.inference_mode():
        error = (model.module(images) - logits).abs().max() / logits.abs().max()
    found[folder.name] = float(error)
print(json.dumps(found))
