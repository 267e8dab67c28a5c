from typing import Any

import httpx

from .. import types
from .._settings import service_of
from .checkpoints import AsyncCheckpoints
from .datasets import AsyncDatasets
from .job import Spec
from .jobs import AsyncJobs, DatasetRef, spec_body
from .models import AsyncModels
from .predictions import AsyncPredictions
from .sweeps import AsyncSweeps
from .team import AsyncTeam
from .transport import TIMEOUT, AsyncTransport


class AsyncClient:
    """
    A client of the service at `url` with an API key, by default those of ANNEAL_URL and ANNEAL_API_KEY.

    Calls are retried with back-off where the service asks for it or cannot be reached; a call that creates something does so once.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        max_retries: int = 5,
        timeout: httpx.Timeout | float = TIMEOUT,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        address, key = service_of(url, api_key)
        self._transport = AsyncTransport(address, key, max_retries=max_retries, timeout=timeout, http=http)
        self.url = address
        self.datasets = AsyncDatasets(self._transport)
        self.jobs = AsyncJobs(self._transport)
        self.checkpoints = AsyncCheckpoints(self._transport)
        self.sweeps = AsyncSweeps(self._transport)
        self.models = AsyncModels(self._transport)
        self.predictions = AsyncPredictions(self._transport)
        self.team = AsyncTeam(self._transport)

    async def validate(self, spec: Spec | None = None, dataset: DatasetRef | None = None) -> types.Validation:
        """The spec with every default and why, warnings, and what the job would take; nothing is queued."""
        validation: types.Validation = await self._transport.post("/v1/jobs:validate", spec_body(spec, dataset))
        return validation

    async def spec_schema(self) -> dict[str, Any]:
        """The JSON Schema of a job spec."""
        schema: dict[str, Any] = await self._transport.get("/v1/spec/schema")
        return schema

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
