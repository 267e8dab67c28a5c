"""Reads safetensors files (https://github.com/huggingface/safetensors#format) without a package for them."""
import json
from typing import TYPE_CHECKING, Any

from .errors import DownloadError

if TYPE_CHECKING:
    import torch

_LENGTH_BYTES = 8
_METADATA_KEY = "anneal"


def header_of(text: bytes) -> dict[str, Any]:
    """What a checkpoint says of itself, from the file's header."""
    try:
        info = json.loads(json.loads(text)["__metadata__"][_METADATA_KEY])
    except (ValueError, KeyError) as error:
        raise DownloadError("What came is not a checkpoint of Anneal.") from error
    if not isinstance(info, dict):
        raise DownloadError("What came is not a checkpoint of Anneal.")
    return info


def read_tensors(file: bytes) -> "dict[str, torch.Tensor]":
    try:
        import torch
    except ImportError as error:
        raise ImportError("Weights as tensors need torch: install anneal-client[torch].") from error
    dtypes = {
        "F64": torch.float64,
        "F32": torch.float32,
        "F16": torch.float16,
        "BF16": torch.bfloat16,
        "I64": torch.int64,
        "I32": torch.int32,
        "U8": torch.uint8,
    }
    start = _LENGTH_BYTES + int.from_bytes(file[:_LENGTH_BYTES], "little")
    tensors = {}
    for name, entry in json.loads(file[_LENGTH_BYTES:start]).items():
        if name == "__metadata__":
            continue
        first, last = entry["data_offsets"]
        values = torch.frombuffer(bytearray(file[start + first : start + last]), dtype=dtypes[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"])
    return tensors
