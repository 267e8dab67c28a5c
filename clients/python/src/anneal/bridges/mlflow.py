"""A job as a run of MLflow, over its REST API: the mlflow package is not needed."""
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import httpx

from .._sync.job import Job
from ..errors import AnnealError
from ._history import final_metrics, flattened, points_of, seconds_of

# What a call of log-batch takes at most. Source: MLflow's documentation of the REST API.
_MAX_METRICS = 1000
_MAX_PARAMS = 100
_MAX_VALUE_CHARACTERS = 500
_JOB_TAG = "anneal.job"
_EVENT_TAG = "anneal.lastEvent"
_STATE_TAG = "anneal.state"
_STATUS = {"succeeded": "FINISHED", "stopped": "FINISHED", "failed": "FAILED", "canceled": "KILLED"}


class MlflowError(AnnealError):
    """A call that MLflow refused."""


def report(job: Job, tracking_uri: str | None = None, experiment: str = "Anneal") -> str:
    """
    Reports a job so far: spec as parameters, metrics, tags and state. Returns the id of the run.

    Called again, it adds to the same run what has come since. `tracking_uri` is by default that of MLFLOW_TRACKING_URI; a token or a user's
    name and password are taken from MLFLOW_TRACKING_TOKEN or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.
    """
    address = tracking_uri or os.environ.get("MLFLOW_TRACKING_URI")
    if address is None:
        raise MlflowError("Give tracking_uri, or set MLFLOW_TRACKING_URI.")
    job.refresh()
    with httpx.Client(base_url=f"{address.rstrip('/')}/api/2.0/mlflow", timeout=60, **_credentials()) as http:
        mlflow = _Mlflow(http)
        experiment_id = mlflow.experiment(experiment)
        run_id, tags = mlflow.run_of(job, experiment_id) or (mlflow.begin(job, experiment_id), {})
        mlflow.add(run_id, job, tags.get(_EVENT_TAG, "0"))
        if tags.get(_STATE_TAG) != job.state:
            mlflow.end(run_id, job)
    return run_id


class _Mlflow:
    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def experiment(self, name: str) -> str:
        response = self._http.get("/experiments/get-by-name", params={"experiment_name": name})
        if response.status_code != 404:
            return str(_answer(response)["experiment"]["experiment_id"])
        return str(self._post("/experiments/create", {"name": name})["experiment_id"])

    def run_of(self, job: Job, experiment_id: str) -> tuple[str, dict[str, str]] | None:
        """The run of a job that was reported before, with its tags."""
        wanted = {"experiment_ids": [experiment_id], "filter": f"tags.`{_JOB_TAG}` = '{job.id}'", "max_results": 1}
        for run in self._post("/runs/search", wanted).get("runs", []):
            return run["info"]["run_id"], {tag["key"]: tag["value"] for tag in run["data"].get("tags", [])}
        return None

    def begin(self, job: Job, experiment_id: str) -> str:
        tags = {_JOB_TAG: job.id, "anneal.dataset": f"{job.data['dataset']}@{job.data['datasetVersion']}", "anneal.tags": ", ".join(job.tags)}
        run = {
            "experiment_id": experiment_id,
            "run_name": job.name,
            "start_time": _milliseconds(job.data["createdAt"]),
            "tags": _pairs(tags.items()),
        }
        run_id = str(self._post("/runs/create", run)["run"]["info"]["run_id"])
        params = ((key, value[:_MAX_VALUE_CHARACTERS]) for key, value in flattened(job.spec))
        for batch in _batches(params, _MAX_PARAMS):
            self._post("/runs/log-batch", {"run_id": run_id, "params": _pairs(batch)})
        return run_id

    def add(self, run_id: str, job: Job, after: str) -> None:
        """Metrics after an event; after each batch the run knows how far it has come."""
        last = after
        metrics: list[dict[str, Any]] = []
        for point in points_of(job, after=after):
            if len(metrics) + len(point.values) > _MAX_METRICS:
                self._log(run_id, metrics, last)
                metrics = []
            last = point.event_id
            metrics += _metrics(point.values, point.step, int(point.seconds * 1000))
        if metrics:
            self._log(run_id, metrics, last)

    def end(self, run_id: str, job: Job) -> None:
        """State of the job, and the metrics of its report once it has ended."""
        status: dict[str, Any] = {"run_id": run_id, "status": _STATUS.get(job.state, "RUNNING")}
        ended = job.data["endedAt"]
        if ended is not None:
            status["end_time"] = _milliseconds(ended)
            step = 0 if job.data["progress"] is None else job.data["progress"]["step"]
            self._post("/runs/log-batch", {"run_id": run_id, "metrics": _metrics(final_metrics(job), step, _milliseconds(ended))})
        self._post("/runs/update", status)
        self._post("/runs/set-tag", {"run_id": run_id, "key": _STATE_TAG, "value": job.state})

    def _log(self, run_id: str, metrics: list[dict[str, Any]], last: str) -> None:
        self._post("/runs/log-batch", {"run_id": run_id, "metrics": metrics, "tags": _pairs([(_EVENT_TAG, last)])})

    def _post(self, path: str, body: Any) -> Any:
        return _answer(self._http.post(path, json=body))


def _answer(response: httpx.Response) -> Any:
    if response.status_code != 200:
        raise MlflowError(f"MLflow answered {response.status_code} to {response.request.url.path}: {response.text[:500]}")
    return response.json()


def _metrics(values: dict[str, float], step: int, milliseconds: int) -> list[dict[str, Any]]:
    return [{"key": key, "value": value, "timestamp": milliseconds, "step": step} for key, value in values.items()]


def _credentials() -> dict[str, Any]:
    token = os.environ.get("MLFLOW_TRACKING_TOKEN")
    if token is not None:
        return {"headers": {"authorization": f"Bearer {token}"}}
    user, password = os.environ.get("MLFLOW_TRACKING_USERNAME"), os.environ.get("MLFLOW_TRACKING_PASSWORD")
    return {"auth": (user, password)} if user is not None and password is not None else {}


def _pairs(items: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in items]


def _batches(items: Iterable[tuple[str, str]], most: int) -> Iterator[list[tuple[str, str]]]:
    rest = iter(items)
    while batch := list(islice(rest, most)):
        yield batch


def _milliseconds(time: str) -> int:
    return int(seconds_of(time) * 1000)
