"""Runs code blocks one after the other in one namespace, as a reader would. Usage: run_blocks.py BLOCKS.json"""
import json
import sys
from pathlib import Path
from typing import Any

from mlflow_server import mlflow_server

blocks: list[str] = json.loads(Path(sys.argv[1]).read_text("utf-8"))
namespace: dict[str, Any] = {"__name__": "__main__"}
with mlflow_server() as (mlflow, _):
    for number, block in enumerate(blocks, 1):
        code = block.replace("http://127.0.0.1:5000", mlflow)
        exec(compile(code, f"block {number}", "exec"), namespace)
