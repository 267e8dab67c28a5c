from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Literal

from .. import types
from .._bodies import given
from .._progress import Bar
from ..errors import JobFailedError
from .datasets import AsyncDataset
from .job import AsyncJob
from .jobs import DatasetRef
from .transport import AsyncTransport
from .waiting import until

Kind = Literal["grid", "random", "asha", "range-test", "policy-search"]


class AsyncSweep:
    """Jobs that differ in what is searched."""

    def __init__(self, transport: AsyncTransport, data: types.SweepSummary) -> None:
        self._transport = transport
        # The service's latest answer about it; from a list, without spec and trials.
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

    async def refresh(self) -> "AsyncSweep":
        self.data = await self._transport.get(self._path)
        return self

    async def wait(self, *, progress: bool = False, timeout: float | None = None, check: bool = True) -> "AsyncSweep":
        """Until every trial has ended. Raises JobFailedError where it failed or was cancelled, unless `check` is off."""
        with Bar(progress, self.name, unit="trial") as bar:

            async def look() -> bool:
                await self.refresh()
                counts = self.data["counts"]
                bar.at(counts["ended"], total=counts["trials"], note=self.state)
                return self.state != "running"

            await until(look, timeout=timeout, what=self.id)
        if check and self.state in ("failed", "canceled"):
            raise JobFailedError(self.id, self.state, self.data["reason"])
        return self

    async def trials(self) -> list[types.SweepTrials]:
        """Their parameters, and how good each is so far."""
        sweep: types.Sweep = await self._transport.get(self._path)
        return sweep["trials"]

    async def best_job(self) -> AsyncJob | None:
        """That of the best trial so far."""
        await self.refresh()
        best = self.data["best"]
        return None if best is None else AsyncJob(self._transport, await self._transport.get(f"/v1/jobs/{best['job']}"))

    async def chart(self) -> str:
        """As SVG."""
        return (await self._transport.call("GET", f"{self._path}/chart", headers={"accept": "image/svg+xml"})).text

    async def cancel(self) -> "AsyncSweep":
        """Cancels the jobs that have not ended."""
        self.data = await self._transport.post(f"{self._path}/cancel")
        return self

    async def delete(self, *, permanent: bool = False) -> None:
        await self._transport.delete(self._path, {"permanent": permanent or None})

    @property
    def _path(self) -> str:
        return f"/v1/sweeps/{self.id}"


class AsyncSweeps:
    """`client.sweeps`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(
        self,
        spec: Mapping[str, Any] | None = None,
        *,
        dataset: DatasetRef,
        kind: Kind = "random",
        space: Mapping[str, types.SweepRequestSpace] | None = None,
        trials: int | None = None,
        name: str | None = None,
        **options: Any,
    ) -> AsyncSweep:
        """
        Submits a sweep over `space`: by JSON pointer into the spec, `{"values": [...]}` or `{"min": 0.01, "max": 1, "scale": "log"}`.

        `options` are the other fields of the request: objective, priority, seed, asha, rangeTest, policySearch.
        """
        body = {
            "spec": dict(spec or {}),
            "dataset": dataset.ref if isinstance(dataset, AsyncDataset) else dataset,
            "kind": kind,
            "space": space,
            "trials": trials,
            "name": name,
            **options,
        }
        return AsyncSweep(self._transport, await self._transport.post("/v1/sweeps", given(body), creates=True))

    def list(
        self,
        *,
        state: str | Sequence[str] | None = None,
        name: str | None = None,
        dataset: DatasetRef | None = None,
        kind: Kind | None = None,
        sort: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[AsyncSweep]:
        """Newest first, unless `sort` says otherwise."""
        id = dataset.id if isinstance(dataset, AsyncDataset) else dataset
        return self._listed({"state": state, "name": name, "dataset": id, "kind": kind, "sort": sort}, limit)

    async def get(self, id: str) -> AsyncSweep:
        return AsyncSweep(self._transport, await self._transport.get(f"/v1/sweeps/{id}"))

    async def _listed(self, params: dict[str, Any], limit: int | None) -> AsyncIterator[AsyncSweep]:
        async for data in self._transport.pages("/v1/sweeps", params, limit=limit):
            yield AsyncSweep(self._transport, data)
