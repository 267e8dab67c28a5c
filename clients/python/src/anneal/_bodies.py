"""Bodies of requests: fields that are set, under the names of the REST API."""
from collections.abc import Mapping
from typing import Any

_NAMES = {"max_run_seconds": "maxRunSeconds", "max_wait_seconds": "maxWaitSeconds"}


def given(body: Mapping[str, Any]) -> dict[str, Any]:
    """Without the fields that are None."""
    return {name: value for name, value in body.items() if value is not None}


def settings(options: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a job, such as `max_run_seconds`, as the REST API names them."""
    return {_NAMES.get(name, name): [*value] if isinstance(value, tuple) else value for name, value in options.items()}
