# Made from ../_async by `npm run docs`; do not edit.
from collections.abc import Iterator, Sequence
from typing import Any

from .. import types
from .._bodies import given, settings
from .datasets import Dataset
from .job import Job, Spec
from .transport import Transport

DatasetRef = str | Dataset


class Jobs:
    """`client.jobs`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        spec: Spec | None = None,
        *,
        dataset: DatasetRef | None = None,
        name: str | None = None,
        priority: int | None = None,
        tags: Sequence[str] | None = None,
        notes: str | None = None,
        deadline: str | None = None,
        max_run_seconds: int | None = None,
        max_wait_seconds: int | None = None,
        after: Sequence[str] | None = None,
    ) -> Job:
        """Submits a job. `{}` lets the service choose everything by the data set; `after` has jobs and data sets that come first."""
        body = {
            **spec_body(spec, dataset),
            **settings(
                {
                    "name": name,
                    "priority": priority,
                    "tags": tags,
                    "notes": notes,
                    "deadline": deadline,
                    "max_run_seconds": max_run_seconds,
                    "max_wait_seconds": max_wait_seconds,
                    "after": after,
                }
            ),
        }
        return Job(self._transport, self._transport.post("/v1/jobs", given(body), creates=True))

    def list(
        self,
        *,
        state: str | Sequence[str] | None = None,
        name: str | None = None,
        dataset: DatasetRef | None = None,
        model: str | None = None,
        tags: Sequence[str] | None = None,
        metric: str | Sequence[str] | None = None,
        search: str | None = None,
        submitted_by: str | None = None,
        sweep: str | None = None,
        spec: str | Sequence[str] | None = None,
        created_after: str | None = None,
        created_before: str | None = None,
        sort: str | None = None,
        include_spec: bool = False,
        limit: int | None = None,
    ) -> Iterator[Job]:
        """Newest first, unless `sort` says otherwise, such as `-accuracy`. `metric` has conditions such as `accuracy>=0.9`, `spec` such as `batchSize=64`."""
        params = {
            "state": state,
            "name": name,
            "dataset": dataset.id if isinstance(dataset, Dataset) else dataset,
            "model": model,
            "tag": tags,
            "metric": metric,
            "search": search,
            "submittedBy": submitted_by,
            "sweep": sweep,
            "spec": spec,
            "createdAfter": created_after,
            "createdBefore": created_before,
            "sort": sort,
            "include": "spec" if include_spec else None,
        }
        return self._listed(params, limit)

    def get(self, id: str) -> Job:
        return Job(self._transport, self._transport.get(f"/v1/jobs/{id}"))

    def batch(self, action: str, jobs: Sequence[str | Job], *, tags: Sequence[str] | None = None) -> Sequence[types.BatchResult]:
        """The same for many jobs: cancel, pause, resume, stop, retry, delete, tag or untag; each with its own result."""
        ids = [job.id if isinstance(job, Job) else job for job in jobs]
        body = given({"action": action, "ids": ids, "tags": None if tags is None else [*tags]})
        results: Sequence[types.BatchResult] = (self._transport.post("/v1/jobs:batch", body))["data"]
        return results

    def compare(self, a: str | Job, b: str | Job, *, differing: int = 20) -> types.Comparison:
        """Two jobs image by image: the difference in accuracy with its interval, McNemar's test, classes."""
        ids = [job.id if isinstance(job, Job) else job for job in (a, b)]
        comparison: types.Comparison = self._transport.post("/v1/jobs:compare", {"jobs": ids, "differing": differing})
        return comparison

    def _listed(self, params: dict[str, Any], limit: int | None) -> Iterator[Job]:
        page = 50 if params["include"] is not None else None
        for data in self._transport.pages("/v1/jobs", params, limit=limit, page=page):
            yield Job(self._transport, data)


def spec_body(spec: Spec | None, dataset: DatasetRef | None) -> dict[str, Any]:
    """A spec with its data set, which may also be a field of it."""
    body = dict(spec or {})
    if dataset is not None:
        body["dataset"] = dataset.ref if isinstance(dataset, Dataset) else dataset
    return body
