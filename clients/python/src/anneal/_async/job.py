from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from .. import types
from .._bodies import given, settings
from .._frames import metrics_frame
from .._progress import Bar
from .._sse import Event
from ..errors import JobFailedError, NotFoundError
from .checkpoints import AsyncCheckpoint
from .datasets import AsyncDataset
from .downloads import download
from .transport import AsyncTransport
from .waiting import until

if TYPE_CHECKING:
    import os
    from pathlib import Path

    import pandas

_ENDED = ("succeeded", "stopped", "failed", "canceled")

Spec = Mapping[str, Any]


class AsyncJob:
    """A training job."""

    def __init__(self, transport: AsyncTransport, data: types.JobSummary) -> None:
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

    async def refresh(self) -> "AsyncJob":
        self.data = await self._transport.get(self._path)
        return self

    async def wait(self, *, progress: bool = False, timeout: float | None = None, check: bool = True) -> "AsyncJob":
        """Until it has ended. Raises JobFailedError where it failed or was cancelled, unless `check` is off."""
        with Bar(progress, self.name, unit="step") as bar:

            async def look() -> bool:
                await self.refresh()
                _show(bar, self.data)
                return self.ended

            await until(look, timeout=timeout, what=self.id)
        if check and self.state in ("failed", "canceled"):
            raise JobFailedError(self.id, self.state, self.data["reason"])
        return self

    async def cancel(self) -> "AsyncJob":
        """Ends it; its checkpoints are kept."""
        return await self._act("cancel")

    async def stop(self) -> "AsyncJob":
        """Ends training after the current step; the weights so far are calibrated and reported."""
        return await self._act("stop")

    async def pause(self) -> "AsyncJob":
        """Stops it at a checkpoint, where it waits."""
        return await self._act("pause")

    async def resume(self) -> "AsyncJob":
        return await self._act("resume")

    async def retry(self) -> "AsyncJob":
        """Queues it again after it failed, was cancelled or stopped: from its last checkpoint."""
        return await self._act("retry")

    async def fork(
        self,
        spec: Spec | None = None,
        *,
        mode: Literal["weights", "continue"] = "weights",
        checkpoint: str | AsyncCheckpoint | None = None,
        **options: Any,
    ) -> "AsyncJob":
        """A new job from one of its checkpoints with changes of its spec; `options` are those of `jobs.create`."""
        id = checkpoint.id if isinstance(checkpoint, AsyncCheckpoint) else checkpoint
        body = given({"mode": mode, "checkpoint": id, "spec": dict(spec or {}), **settings(options)})
        return AsyncJob(self._transport, await self._transport.post(f"{self._path}/fork", body, creates=True))

    async def update(self, **options: Any) -> "AsyncJob":
        """Changes `tags`, `notes`, `priority`, `deadline`, `max_run_seconds` or `max_wait_seconds`; None takes a limit away."""
        self.data = await self._transport.patch(self._path, settings(options))
        return self

    async def delete(self, *, permanent: bool = False) -> None:
        """Deletes it, once it has ended, with its checkpoints and its report."""
        await self._transport.delete(self._path, {"permanent": permanent or None})

    async def explain(self) -> types.Explanation:
        """Why it waits, and when it is expected to start."""
        explanation: types.Explanation = await self._transport.get(f"{self._path}/explain")
        return explanation

    async def diff(self, other: "str | AsyncJob | None" = None) -> types.SpecDiff:
        """How its spec differs from that of another job, by default of the one that it was forked from."""
        against = other.id if isinstance(other, AsyncJob) else other
        diff: types.SpecDiff = await self._transport.get(f"{self._path}/diff", {"from": against})
        return diff

    def events(self, *, follow: bool = True, after: str = "0") -> AsyncIterator[Event]:
        """Its events, from the beginning or after an event's id; with `follow` until the job has ended, over broken connections."""
        if follow:
            return self._transport.events(f"{self._path}/events", last_event_id=after)
        return self._past_events(after)

    async def logs(
        self, *, follow: bool = False, attempt: int | None = None, search: str | None = None, after: str = "0"
    ) -> AsyncIterator[types.LogLine]:
        """What its processes printed; with `follow` until the job has ended."""
        params = {"attempt": attempt, "search": search}
        if not follow:
            start = None if after == "0" else after
            async for line in self._transport.pages(f"{self._path}/logs", {**params, "after": start}, page=1000):
                yield line
            return
        async for event in self._transport.events(f"{self._path}/logs", params, last_event_id=after):
            yield event.data

    async def metric_series(self, keys: Sequence[str] | None = None, *, after: int | None = None, max_points: int = 1000) -> list[types.MetricSeries]:
        """Points [step, value] of each metric, such as `train/loss`; of long series, extremes of equal parts of the steps."""
        params = {"keys": keys, "after": after, "maxPoints": max_points}
        series: list[types.MetricSeries] = (await self._transport.get(f"{self._path}/metrics", params))["data"]
        return series

    async def metrics(self, keys: Sequence[str] | None = None, *, after: int | None = None, max_points: int = 1000) -> "pandas.DataFrame":
        """The same as a frame: a row per step, a column per metric. Needs pandas."""
        return metrics_frame(await self.metric_series(keys, after=after, max_points=max_points))

    async def report(self) -> types.Report:
        """How good the model is: accuracy with its interval, classes, confusion, calibration, mistakes."""
        report: types.Report = await self._transport.get(f"{self._path}/report")
        return report

    async def report_html(self) -> str:
        """The same as a page that holds everything that it shows."""
        return (await self._transport.call("GET", f"{self._path}/report", headers={"accept": "text/html"})).text

    async def checkpoints(self) -> list[AsyncCheckpoint]:
        """`last`, `best` and `averaged`, those that exist."""
        found = (await self._transport.get(f"{self._path}/checkpoints"))["data"]
        return [AsyncCheckpoint(self._transport, data) for data in found]

    async def checkpoint(self, kind: str = "best") -> AsyncCheckpoint:
        """One of them by its kind or its id."""
        known = await self.checkpoints()
        for found in known:
            if kind in (found.kind, found.id):
                return found
        detail = f"{self.id} has no checkpoint {kind}; it has {', '.join(each.kind for each in known) or 'none yet'}."
        raise NotFoundError(404, {"code": "not_found", "detail": detail})

    async def transitions(self) -> list[types.Transition]:
        """Its states so far, and why they changed."""
        found: list[types.Transition] = (await self._transport.get(f"{self._path}/transitions"))["data"]
        return found

    def attempts(self) -> AsyncIterator[types.Attempt]:
        """By which worker, on what, how long, and why each ended; newest first."""
        return self._transport.pages(f"{self._path}/attempts")

    async def artifacts(self) -> list[types.Artifact]:
        """Files next to its report, such as the predictions of every image."""
        found: list[types.Artifact] = (await self._transport.get(f"{self._path}/artifacts"))["data"]
        return found

    async def download_artifact(self, kind: str, path: "str | os.PathLike[str]") -> "Path":
        for artifact in await self.artifacts():
            if artifact["kind"] == kind:
                return await download(
                    self._transport,
                    f"{self._path}/artifacts/{kind}",
                    path,
                    file_name=artifact["fileName"],
                    sha256=artifact["sha256"],
                    size_bytes=artifact["sizeBytes"],
                )
        raise NotFoundError(404, {"code": "not_found", "detail": f"{self.id} has no artifact {kind}."})

    def suggestions(self, kind: Literal["label", "outlier"] | None = None, *, limit: int | None = None) -> AsyncIterator[types.Suggestion]:
        """Likely label errors and outliers, the most probable ones of a kind first."""
        return self._transport.pages(f"{self._path}/suggestions", {"kind": kind}, limit=limit)

    async def accept_suggestions(self, numbers: Sequence[int]) -> AsyncDataset:
        """Makes a version of its data set with the suggested classes, and without the outliers."""
        made = await self._transport.post(f"{self._path}/suggestions/accept", {"numbers": list(numbers)}, creates=True)
        return AsyncDataset(self._transport, await self._transport.get(f"/v1/datasets/{made['dataset']}@{made['version']}"))

    async def _act(self, action: str) -> "AsyncJob":
        self.data = await self._transport.post(f"{self._path}/{action}")
        return self

    async def _past_events(self, after: str) -> AsyncIterator[Event]:
        start = None if after == "0" else after
        async for event in self._transport.pages(f"{self._path}/events", {"after": start}, page=500):
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
