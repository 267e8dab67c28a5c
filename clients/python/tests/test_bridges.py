"""Jobs in TensorBoard's files and in MLflow."""
import struct
from pathlib import Path
from typing import Any

import httpx
import pytest

import anneal
from anneal.bridges import mlflow, tensorboard
from mlflow_server import mlflow_server

AT = "2026-01-31T12:00:00.000Z"


def made_up_job(state: str, steps: int) -> anneal.Job:
    """A job of a service that is made up here, with metrics at so many steps."""
    ended = state == "succeeded"
    job = {
        "id": "job_1",
        "name": "first",
        "state": state,
        "dataset": "ds_1",
        "datasetVersion": 2,
        "tags": ["a", "b"],
        "createdAt": AT,
        "endedAt": AT if ended else None,
        "finalMetrics": {"accuracy": 0.75, "macroF1": 0.5} if ended else None,
        "progress": {"step": steps},
        "spec": {"model": {"name": "resnet20"}, "augment": [{"name": "flip"}, {"name": "crop", "padding": 4}], "notes": "x" * 900, "tags": []},
    }
    events = [{"id": "1", "type": "state", "data": {"to": "running"}, "at": AT}]
    events += [
        {"id": str(step + 1), "type": "metrics", "data": {"step": step, "values": {"train/loss": 1 / step, "train/accuracy": step / 1000}}, "at": AT}
        for step in range(1, steps + 1)
    ]

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/jobs/job_1":
            return httpx.Response(200, json=job)
        after, size = int(request.url.params.get("after", "0")), int(request.url.params["limit"])
        rest = [event for event in events if int(str(event["id"])) > after]
        return httpx.Response(200, json={"data": rest[:size], "nextCursor": rest[size - 1]["id"] if len(rest) > size else None})

    return anneal.Client("http://service", "key", http=httpx.Client(transport=httpx.MockTransport(handle))).jobs.get("job_1")


def records(path: Path) -> list[bytes]:
    """Records of a file with their checksums checked bit by bit."""
    content, found = path.read_bytes(), []
    while content:
        (length,) = struct.unpack_from("<Q", content)
        assert content[8:12] == masked(content[:8])
        found.append(content[12 : 12 + length])
        assert content[12 + length : 16 + length] == masked(found[-1])
        content = content[16 + length :]
    return found


def masked(data: bytes) -> bytes:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 * (crc & 1))
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17 & 0xFFFFFFFF) + 0xA282EAD8) & 0xFFFFFFFF)


def fields(message: bytes) -> dict[int, list[Any]]:
    """Fields of a message of Protocol Buffers."""
    found: dict[int, list[Any]] = {}
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = varint()
        value: Any
        match key & 7:
            case 0:
                value = varint()
            case 1:
                (value,) = struct.unpack_from("<d", message, at)
                at += 8
            case 5:
                (value,) = struct.unpack_from("<f", message, at)
                at += 4
            case _:
                size = varint()
                value = message[at : at + size]
                at += size
        found.setdefault(key >> 3, []).append(value)
    return found


def scalars(path: Path) -> list[tuple[int, str, float]]:
    found = []
    for event in map(fields, records(path)[1:]):
        for value in map(fields, fields(event[5][0])[1]):
            found.append((event[2][0], value[1][0].decode(), value[2][0]))
    return found


def test_event_files_have_every_metric(tmp_path: Path) -> None:
    path = tensorboard.report(made_up_job("succeeded", 300), tmp_path)
    assert path.parent == tmp_path / "job_1" and path.name.startswith("events.out.tfevents.1769860800.")
    # Of every file that TensorBoard itself writes: the length of the first record, and its checksum.
    assert path.read_bytes()[:12] == bytes.fromhex("1800000000000000a37f4b22")
    first = fields(records(path)[0])
    assert (first[1], first[3]) == ([1769860800.0], [b"brain.Event:2"])
    found = scalars(path)
    assert found[:2] == [(1, "train/loss", 1.0), (1, "train/accuracy", pytest.approx(0.001))]
    assert found[-2:] == [(300, "report/accuracy", 0.75), (300, "report/macroF1", 0.5)]
    assert len(found) == 602


def test_an_event_file_is_replaced_by_a_later_one(tmp_path: Path) -> None:
    first = tensorboard.report(made_up_job("running", 3), tmp_path)
    assert len(scalars(first)) == 6
    assert tensorboard.report(made_up_job("running", 5), tmp_path) == first
    assert len(scalars(first)) == 10 and list(first.parent.iterdir()) == [first]


def test_a_job_becomes_a_run_of_mlflow_and_is_added_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "secret")
    with mlflow_server() as (url, server):
        run_id = mlflow.report(made_up_job("running", 700), url, "Colours")
        run = server.runs[run_id]
        assert (run["status"], run["run_name"], run["start_time"], len(run["metrics"])) == ("RUNNING", "first", 1769860800000, 1400)
        assert run["params"]["model.name"] == "resnet20" and run["params"]["augment.1.padding"] == "4"
        assert run["params"]["notes"] == "x" * 500 and run["params"]["tags"] == "[]"
        assert (run["tags"]["anneal.job"], run["tags"]["anneal.dataset"]) == ("job_1", "ds_1@2")
        for _ in range(2):
            assert mlflow.report(made_up_job("succeeded", 800), url, "Colours") == run_id
        assert (run["status"], run["end_time"], len(server.runs)) == ("FINISHED", 1769860800000, 1)
        assert len(run["metrics"]) == 1600 + 2
        assert run["metrics"][-2] == {"key": "report/accuracy", "value": 0.75, "timestamp": 1769860800000, "step": 800}
        steps = [metric["step"] for metric in run["metrics"] if metric["key"] == "train/loss"]
        assert steps == list(range(1, 801))
        assert server.experiments == {"Colours": "1"} and server.authorizations == {"Bearer secret"}


def test_what_mlflow_refuses_is_said() -> None:
    with mlflow_server() as (url, _), pytest.raises(mlflow.MlflowError, match="404"):
        mlflow.report(made_up_job("running", 1), f"{url}/elsewhere")
    with pytest.raises(mlflow.MlflowError, match="MLFLOW_TRACKING_URI"):
        mlflow.report(made_up_job("running", 1))


def test_a_job_of_a_service_is_reported(job: anneal.Job, tmp_path: Path) -> None:
    found = scalars(tensorboard.report(job, tmp_path))
    losses = [(step, value) for step, tag, value in found if tag == "train/loss"]
    assert losses == [(step, pytest.approx(value)) for step, value in job.metrics()["train/loss"].items()]
    assert found[-1][1].startswith("report/")
    with mlflow_server() as (url, server):
        run = server.runs[mlflow.report(job, url)]
    assert [metric["step"] for metric in run["metrics"] if metric["key"] == "train/loss"] == [step for step, _ in losses]
    assert run["params"]["budget.epochs"] == "2" and run["status"] == "FINISHED"
