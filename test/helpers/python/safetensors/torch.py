"""Stands in for the package of this name, which Debian 12 does not have, for the one function that is used."""
from pathlib import Path
from typing import TYPE_CHECKING

from anneal._safetensors import read_tensors

if TYPE_CHECKING:
    import torch


def load_file(path: str) -> "dict[str, torch.Tensor]":
    return read_tensors(Path(path).read_bytes())
