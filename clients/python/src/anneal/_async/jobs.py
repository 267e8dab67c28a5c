from collections.abc import AsyncIterator, Sequence
from typing import Any

from .. import types
from .._bodies import given, settings
from .datasets import AsyncDataset
from .job import AsyncJob, Spec
from .transport import AsyncTransport

DatasetRef = str | AsyncDataset


class AsyncJobs:
    """`client.jobs`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(
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
    ) -> AsyncJob:
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
        return AsyncJob(self._transport, await self._transport.post("/v1/jobs", given(body), creates=True))

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
    ) -> AsyncIterator[AsyncJob]:
        """Newest first, unless `sort` says otherwise, such as `-accuracy`. `metric` has conditions such as `accuracy>=0.9`, `spec` such as `batchSize=64`."""
        params = {
            "state": state,
            "name": name,
            "dataset": dataset.id if isinstance(dataset, AsyncDataset) else dataset,
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

    async def get(self, id: str) -> AsyncJob:
        return AsyncJob(self._transport, await self._transport.get(f"/v1/jobs/{id}"))

    async def batch(self, action: str, jobs: Sequence[str | AsyncJob], *, tags: Sequence[str] | None = None) -> Sequence[types.BatchResult]:
        """The same for many jobs: cancel, pause, resume, stop, retry, delete, tag or untag; each with its own result."""
        ids = [job.id if isinstance(job, AsyncJob) else job for job in jobs]
        body = given({"action": action, "ids": ids, "tags": None if tags is None else [*tags]})
        results: Sequence[types.BatchResult] = (await self._transport.post("/v1/jobs:batch", body))["data"]
        return results

    async def compare(self, a: str | AsyncJob, b: str | AsyncJob, *, differing: int = 20) -> types.Comparison:
        """Two jobs image by image: the difference in accuracy with its interval, McNemar's test, classes."""
        ids = [job.id if isinstance(job, AsyncJob) else job for job in (a, b)]
        comparison: types.Comparison = await self._transport.post("/v1/jobs:compare", {"jobs": ids, "differing": differing})
        return comparison

    async def _listed(self, params: dict[str, Any], limit: int | None) -> AsyncIterator[AsyncJob]:
        page = 50 if params["include"] is not None else None
        async for data in self._transport.pages("/v1/jobs", params, limit=limit, page=page):
            yield AsyncJob(self._transport, data)


def spec_body(spec: Spec | None, dataset: DatasetRef | None) -> dict[str, Any]:
    """A spec with its data set, which may also be a field of it."""
    body = dict(spec or {})
    if dataset is not None:
        body["dataset"] = dataset.ref if isinstance(dataset, AsyncDataset) else dataset
    return body
