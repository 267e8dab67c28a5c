# Made from ../_async by `npm run docs`; do not edit.
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from .. import types
from .._bodies import given
from .._progress import Bar
from ..errors import JobFailedError
from .datasets import Dataset
from .job import Job
from .jobs import DatasetRef
from .transport import Transport
from .waiting import until

Kind = Literal["grid", "random", "asha", "range-test", "policy-search"]


class Sweep:
    """Jobs that differ in what is searched."""

    def __init__(self, transport: Transport, data: types.SweepSummary) -> None:
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

    def refresh(self) -> "Sweep":
        self.data = self._transport.get(self._path)
        return self

    def wait(self, *, progress: bool = False, timeout: float | None = None, check: bool = True) -> "Sweep":
        """Until every trial has ended. Raises JobFailedError where it failed or was cancelled, unless `check` is off."""
        with Bar(progress, self.name, unit="trial") as bar:

            def look() -> bool:
                self.refresh()
                counts = self.data["counts"]
                bar.at(counts["ended"], total=counts["trials"], note=self.state)
                return self.state != "running"

            until(look, timeout=timeout, what=self.id)
        if check and self.state in ("failed", "canceled"):
            raise JobFailedError(self.id, self.state, self.data["reason"])
        return self

    def trials(self) -> list[types.SweepTrials]:
        """Their parameters, and how good each is so far."""
        sweep: types.Sweep = self._transport.get(self._path)
        return sweep["trials"]

    def best_job(self) -> Job | None:
        """That of the best trial so far."""
        self.refresh()
        best = self.data["best"]
        return None if best is None else Job(self._transport, self._transport.get(f"/v1/jobs/{best['job']}"))

    def chart(self) -> str:
        """As SVG."""
        return (self._transport.call("GET", f"{self._path}/chart", headers={"accept": "image/svg+xml"})).text

    def cancel(self) -> "Sweep":
        """Cancels the jobs that have not ended."""
        self.data = self._transport.post(f"{self._path}/cancel")
        return self

    def delete(self, *, permanent: bool = False) -> None:
        self._transport.delete(self._path, {"permanent": permanent or None})

    @property
    def _path(self) -> str:
        return f"/v1/sweeps/{self.id}"


class Sweeps:
    """`client.sweeps`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        spec: Mapping[str, Any] | None = None,
        *,
        dataset: DatasetRef,
        kind: Kind = "random",
        space: Mapping[str, types.SweepRequestSpace] | None = None,
        trials: int | None = None,
        name: str | None = None,
        **options: Any,
    ) -> Sweep:
        """
        Submits a sweep over `space`: by JSON pointer into the spec, `{"values": [...]}` or `{"min": 0.01, "max": 1, "scale": "log"}`.

        `options` are the other fields of the request: objective, priority, seed, asha, rangeTest, policySearch.
        """
        body = {
            "spec": dict(spec or {}),
            "dataset": dataset.ref if isinstance(dataset, Dataset) else dataset,
            "kind": kind,
            "space": space,
            "trials": trials,
            "name": name,
            **options,
        }
        return Sweep(self._transport, self._transport.post("/v1/sweeps", given(body), creates=True))

    def list(
        self,
        *,
        state: str | Sequence[str] | None = None,
        name: str | None = None,
        dataset: DatasetRef | None = None,
        kind: Kind | None = None,
        sort: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Sweep]:
        """Newest first, unless `sort` says otherwise."""
        id = dataset.id if isinstance(dataset, Dataset) else dataset
        return self._listed({"state": state, "name": name, "dataset": id, "kind": kind, "sort": sort}, limit)

    def get(self, id: str) -> Sweep:
        return Sweep(self._transport, self._transport.get(f"/v1/sweeps/{id}"))

    def _listed(self, params: dict[str, Any], limit: int | None) -> Iterator[Sweep]:
        for data in self._transport.pages("/v1/sweeps", params, limit=limit):
            yield Sweep(self._transport, data)
