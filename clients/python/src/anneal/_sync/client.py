# Made from ../_async by `npm run docs`; do not edit.
from typing import Any

import httpx

from .. import types
from .._settings import service_of
from .checkpoints import Checkpoints
from .datasets import Datasets
from .job import Spec
from .jobs import Jobs, DatasetRef, spec_body
from .models import Models
from .predictions import Predictions
from .sweeps import Sweeps
from .team import Team
from .transport import TIMEOUT, Transport


class Client:
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
        http: httpx.Client | None = None,
    ) -> None:
        address, key = service_of(url, api_key)
        self._transport = Transport(address, key, max_retries=max_retries, timeout=timeout, http=http)
        self.url = address
        self.datasets = Datasets(self._transport)
        self.jobs = Jobs(self._transport)
        self.checkpoints = Checkpoints(self._transport)
        self.sweeps = Sweeps(self._transport)
        self.models = Models(self._transport)
        self.predictions = Predictions(self._transport)
        self.team = Team(self._transport)

    def validate(self, spec: Spec | None = None, dataset: DatasetRef | None = None) -> types.Validation:
        """The spec with every default and why, warnings, and what the job would take; nothing is queued."""
        validation: types.Validation = self._transport.post("/v1/jobs:validate", spec_body(spec, dataset))
        return validation

    def spec_schema(self) -> dict[str, Any]:
        """The JSON Schema of a job spec."""
        schema: dict[str, Any] = self._transport.get("/v1/spec/schema")
        return schema

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
