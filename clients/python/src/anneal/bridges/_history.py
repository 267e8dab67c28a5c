"""Metrics and spec of a job as other trackers take them."""
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._sync.job import Job


@dataclass(frozen=True)
class Point:
    """Values of metrics at a step."""

    event_id: str
    step: int
    # Seconds since 1970.
    seconds: float
    values: dict[str, float]


def seconds_of(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def points_of(job: Job, *, after: str = "0") -> Iterator[Point]:
    """Its metrics in the order in which they came, after an event."""
    for event in job.events(follow=False, after=after):
        if event.type == "metrics" and event.at is not None:
            yield Point(event.id, int(event.data["step"]), seconds_of(event.at), numbers_in(event.data["values"]))


def final_metrics(job: Job) -> dict[str, float]:
    """Those of its report, as `report/accuracy`; none before there is one."""
    found: Mapping[str, Any] = job.data["finalMetrics"] or {}
    return {f"report/{name}": value for name, value in numbers_in(found).items()}


def numbers_in(values: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in values.items() if isinstance(value, (int, float))}


def flattened(spec: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Fields of a spec by path, as texts."""
    if isinstance(spec, Mapping) and spec:
        for key, value in spec.items():
            yield from flattened(value, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(spec, list) and any(isinstance(each, Mapping) for each in spec):
        for i, value in enumerate(spec):
            yield from flattened(value, f"{prefix}.{i}")
    else:
        yield prefix, str(spec)
