# Made from ../_async by `npm run docs`; do not edit.
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from .. import types
from .._bodies import given, settings
from .._frames import metrics_frame
from .._progress import Bar
from .._sse import Event
from ..errors import JobFailedError, NotFoundError
from .checkpoints import Checkpoint
from .datasets import Dataset
from .downloads import download
from .transport import Transport
from .waiting import until

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import pandas

_ENDED = ("succeeded", "stopped", "failed", "canceled")

Spec = Mapping[str, Any]


class Job:
    """A training job."""

    def __init__(self, transport: Transport, data: types.JobSummary) -> None:
        self._transport = transport
        # The service's latest answer about it; from a list, without spec and notes.
        self.data = data

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.name!r} {self.state}>"

    @property
    def id(self) -> str:
        return self.data["id"]

    @property
    def name(self) -> str:
        return self.data["name"]

    @property
    def state(self) -> str:
        return self.data["state"]

    @property
    def ended(self) -> bool:
        return self.state in _ENDED

    @property
    def tags(self) -> list[str]:
        return self.data["tags"]

    @property
    def accuracy(self) -> float | None:
        """Of the report, once there is one."""
        return self.data["accuracy"]

    @property
    def spec(self) -> dict[str, Any]:
        """The resolved spec: with every default. Jobs of a list have it after `refresh`, or with `include_spec`."""
        if "spec" not in self.data:
            raise AttributeError(f"The list that {self.id} comes from has no specs: refresh() it first, or list with include_spec=True.")
        spec: dict[str, Any] = self.data["spec"]
        return spec

    def refresh(self) -> "Job":
        self.data = self._transport.get(self._path)
        return self

    def wait(self, *, progress: bool = False, timeout: float | None = None, check: bool = True) -> "Job":
        """Until it has ended. Raises JobFailedError where it failed or was cancelled, unless `check` is off."""
        with Bar(progress, self.name, unit="step") as bar:

            def look() -> bool:
                self.refresh()
                _show(bar, self.data)
                return self.ended

            until(look, timeout=timeout, what=self.id)
        if check and self.state in ("failed", "canceled"):
            raise JobFailedError(self.id, self.state, self.data["reason"])
        return self

    def cancel(self) -> "Job":
        """Ends it; its checkpoints are kept."""
        return self._act("cancel")

    def stop(self) -> "Job":
        """Ends training after the current step; the weights so far are calibrated and reported."""
        return self._act("stop")

    def pause(self) -> "Job":
        """Stops it at a checkpoint, where it waits."""
        return self._act("pause")

    def resume(self) -> "Job":
        return self._act("resume")

    def retry(self) -> "Job":
        """Queues it again after it failed, was cancelled or stopped: from its last checkpoint."""
        return self._act("retry")

    def fork(
        self,
        spec: Spec | None = None,
        *,
        mode: Literal["weights", "continue"] = "weights",
        checkpoint: str | Checkpoint | None = None,
        **options: Any,
    ) -> "Job":
        """A new job from one of its checkpoints with changes of its spec; `options` are those of `jobs.create`."""
        id = checkpoint.id if isinstance(checkpoint, Checkpoint) else checkpoint
        body = given({"mode": mode, "checkpoint": id, "spec": dict(spec or {}), **settings(options)})
        return Job(self._transport, self._transport.post(f"{self._path}/fork", body, creates=True))

    def update(self, **options: Any) -> "Job":
        """Changes `tags`, `notes`, `priority`, `deadline`, `max_run_seconds` or `max_wait_seconds`; None takes a limit away."""
        self.data = self._transport.patch(self._path, settings(options))
        return self

    def delete(self, *, permanent: bool = False) -> None:
        """Deletes it, once it has ended, with its checkpoints and its report."""
        self._transport.delete(self._path, {"permanent": permanent or None})

    def explain(self) -> types.Explanation:
        """Why it waits, and when it is expected to start."""
        explanation: types.Explanation = self._transport.get(f"{self._path}/explain")
        return explanation

    def diff(self, other: "str | Job | None" = None) -> types.SpecDiff:
        """How its spec differs from that of another job, by default of the one that it was forked from."""
        against = other.id if isinstance(other, Job) else other
        diff: types.SpecDiff = self._transport.get(f"{self._path}/diff", {"from": against})
        return diff

    def events(self, *, follow: bool = True, after: str = "0") -> Iterator[Event]:
        """Its events, from the beginning or after an event's id; with `follow` until the job has ended, over broken connections."""
        if follow:
            return self._transport.events(f"{self._path}/events", last_event_id=after)
        return self._past_events(after)

    def logs(
        self, *, follow: bool = False, attempt: int | None = None, search: str | None = None, after: str = "0"
    ) -> Iterator[types.LogLine]:
        """What its processes printed; with `follow` until the job has ended."""
        params = {"attempt": attempt, "search": search}
        if not follow:
            start = None if after == "0" else after
            for line in self._transport.pages(f"{self._path}/logs", {**params, "after": start}, page=1000):
                yield line
            return
        for event in self._transport.events(f"{self._path}/logs", params, last_event_id=after):
            yield event.data

    def metric_series(self, keys: Sequence[str] | None = None, *, after: int | None = None, max_points: int = 1000) -> list[types.MetricSeries]:
        """Points [step, value] of each metric, such as `train/loss`; of long series, extremes of equal parts of the steps."""
        params = {"keys": keys, "after": after, "maxPoints": max_points}
        series: list[types.MetricSeries] = (self._transport.get(f"{self._path}/metrics", params))["data"]
        return series

    def metrics(self, keys: Sequence[str] | None = None, *, after: int | None = None, max_points: int = 1000) -> "pandas.DataFrame":
        """The same as a frame: a row per step, a column per metric. Needs pandas."""
        return metrics_frame(self.metric_series(keys, after=after, max_points=max_points))

    def report(self) -> types.Report:
        """How good the model is: accuracy with its interval, classes, confusion, calibration, mistakes."""
        report: types.Report = self._transport.get(f"{self._path}/report")
        return report

    def report_html(self) -> str:
        """The same as a page that holds everything that it shows."""
        return (self._transport.call("GET", f"{self._path}/report", headers={"accept": "text/html"})).text

    def checkpoints(self) -> list[Checkpoint]:
        """`last`, `best` and `averaged`, those that exist."""
        found = (self._transport.get(f"{self._path}/checkpoints"))["data"]
        return [Checkpoint(self._transport, data) for data in found]

    def checkpoint(self, kind: str = "best") -> Checkpoint:
        """One of them by its kind or its id."""
        known = self.checkpoints()
        for found in known:
            if kind in (found.kind, found.id):
                return found
        detail = f"{self.id} has no checkpoint {kind}; it has {', '.join(each.kind for each in known) or 'none yet'}."
        raise NotFoundError(404, {"code": "not_found", "detail": detail})

    def transitions(self) -> list[types.Transition]:
        """Its states so far, and why they changed."""
        found: list[types.Transition] = (self._transport.get(f"{self._path}/transitions"))["data"]
        return found

    def attempts(self) -> Iterator[types.Attempt]:
        """By which worker, on what, how long, and why each ended; newest first."""
        return self._transport.pages(f"{self._path}/attempts")

    def artifacts(self) -> list[types.Artifact]:
        """Files next to its report, such as the predictions of every image."""
        found: list[types.Artifact] = (self._transport.get(f"{self._path}/artifacts"))["data"]
        return found

    def download_artifact(self, kind: str, path: "str | os.PathLike[str]") -> "Path":
        for artifact in self.artifacts():
            if artifact["kind"] == kind:
                return download(
                    self._transport,
                    f"{self._path}/artifacts/{kind}",
                    path,
                    file_name=artifact["fileName"],
                    sha256=artifact["sha256"],
                    size_bytes=artifact["sizeBytes"],
                )
        raise NotFoundError(404, {"code": "not_found", "detail": f"{self.id} has no artifact {kind}."})

    def suggestions(self, kind: Literal["label", "outlier"] | None = None, *, limit: int | None = None) -> Iterator[types.Suggestion]:
        """Likely label errors and outliers, the most probable ones of a kind first."""
        return self._transport.pages(f"{self._path}/suggestions", {"kind": kind}, limit=limit)

    def accept_suggestions(self, numbers: Sequence[int]) -> Dataset:
        """Makes a version of its data set with the suggested classes, and without the outliers."""
        made = self._transport.post(f"{self._path}/suggestions/accept", {"numbers": list(numbers)}, creates=True)
        return Dataset(self._transport, self._transport.get(f"/v1/datasets/{made['dataset']}@{made['version']}"))

    def _act(self, action: str) -> "Job":
        self.data = self._transport.post(f"{self._path}/{action}")
        return self

    def _past_events(self, after: str) -> Iterator[Event]:
        start = None if after == "0" else after
        for event in self._transport.pages(f"{self._path}/events", {"after": start}, page=500):
            yield Event(event["id"], event["type"], event["data"], event["at"])

    @property
    def _path(self) -> str:
        return f"/v1/jobs/{self.id}"


def _show(bar: Bar, data: types.JobSummary) -> None:
    progress = data["progress"]
    if progress is None:
        bar.at(0, note=data["state"])
        return
    note = f"{data['state']}, epoch {progress['epoch']:.1f}/{progress['epochs']:g}, loss {progress['loss']:.3f}"
    if progress["valAccuracy"] is not None:
        note += f", accuracy {progress['valAccuracy']:.1%}"
    bar.at(progress["step"], total=progress["totalSteps"], note=note)
