"""Calls against a service that is made up here: retries, idempotency, errors, pages and streams."""
import asyncio
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import anneal
from anneal._retries import retry_after
from anneal._sync import platform

PROBLEM = {"code": "unavailable", "detail": "Away.", "requestId": "r1", "errors": [], "retryable": True}
Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr("anneal._sync.transport.sleep", found.append)
    return found


def connected(handler: Handler, **options: Any) -> anneal.Client:
    return anneal.Client("http://service/", "key", http=httpx.Client(transport=httpx.MockTransport(handler)), **options)


def answers(*responses: httpx.Response | Exception) -> tuple[Handler, list[httpx.Request]]:
    requests: list[httpx.Request] = []
    rest = iter(responses)

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        response = next(rest)
        if isinstance(response, Exception):
            raise response
        return response

    return handle, requests


def test_a_call_is_made_again_after_503_as_late_as_it_asks(pauses: list[float]) -> None:
    handle, requests = answers(httpx.Response(503, json=PROBLEM, headers={"retry-after": "7"}), httpx.Response(200, json={"id": "team_1"}))
    assert connected(handle).team.get() == {"id": "team_1"}
    assert [request.headers["authorization"] for request in requests] == ["Bearer key"] * 2
    assert pauses == [7]


def test_back_off_grows(pauses: list[float]) -> None:
    handle, _ = answers(*[httpx.Response(503, json=PROBLEM)] * 4)
    with pytest.raises(anneal.ServerError) as caught:
        connected(handle, max_retries=3).team.get()
    assert (caught.value.code, caught.value.request_id, caught.value.retryable) == ("unavailable", "r1", True)
    assert [low <= pause <= 2 * low for low, pause in zip((0.25, 0.5, 1.0), pauses, strict=True)] == [True] * 3


def test_creating_calls_keep_their_idempotency_key_over_broken_connections(pauses: list[float]) -> None:
    handle, requests = answers(httpx.ReadError("broken"), httpx.Response(202, json={"id": "job_1", "state": "queued", "name": "n"}))
    assert connected(handle).jobs.create({}, dataset="ds_1").id == "job_1"
    first, second = (request.headers["idempotency-key"] for request in requests)
    assert first == second and len(first) >= 32


def test_a_call_that_may_have_arrived_is_not_made_twice(pauses: list[float]) -> None:
    handle, requests = answers(httpx.ReadError("broken"))
    with pytest.raises(anneal.APIConnectionError):
        job_of(handle).cancel()
    assert len(requests) == 1
    handle, requests = answers(httpx.ConnectError("refused"), httpx.Response(200, json={"id": "job_1", "state": "canceled"}))
    assert job_of(handle).cancel().state == "canceled"


def job_of(handle: Handler) -> anneal.Job:
    client = connected(handle)
    data: Any = {"id": "job_1", "state": "running", "name": "n"}
    return anneal.Job(client._transport, data)


def test_neither_a_quota_nor_a_long_wait_is_waited_for(pauses: list[float]) -> None:
    quota = {"name": "queuedJobs", "used": 3, "limit": 3}
    handle, _ = answers(httpx.Response(429, json={**PROBLEM, "code": "quota_exceeded", "quota": quota}))
    with pytest.raises(anneal.QuotaExceededError) as caught:
        connected(handle).jobs.create({}, dataset="ds_1")
    assert caught.value.quota == quota
    handle, _ = answers(httpx.Response(429, json={**PROBLEM, "code": "rate_limited"}, headers={"retry-after": "3600"}))
    with pytest.raises(anneal.RateLimitError):
        connected(handle).team.get()
    assert caught.value.code == "quota_exceeded" and pauses == []


def test_a_download_goes_on_where_it_broke(pauses: list[float], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("anneal._sync.downloads.sleep", pauses.append)
    content = b"0123456789"
    handle, requests = answers(
        httpx.Response(503, json=PROBLEM, headers={"retry-after": "9"}),
        httpx.Response(200, stream=Broken("0123")),
        httpx.Response(206, stream=Broken("456")),
        # One that takes no ranges sends the whole.
        httpx.Response(200, stream=Broken("012")),
        httpx.Response(206, content=b"3456789"),
    )
    data: Any = {"id": "ckpt_1", "job": "job_1", "kind": "best", "sha256": hashlib.sha256(content).hexdigest(), "sizeBytes": 10}
    path = anneal.Checkpoint(connected(handle)._transport, data).download(tmp_path)
    assert (path.name, path.read_bytes(), list(tmp_path.iterdir())) == ("job_1-best.safetensors", content, [path])
    assert [request.headers.get("range") for request in requests] == [None, None, "bytes=4-", "bytes=7-", "bytes=3-"]
    assert pauses[0] == 9


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalid_request", anneal.ValidationError),
        (422, "invalid_spec", anneal.ValidationError),
        (401, "unauthorized", anneal.AuthenticationError),
        (403, "forbidden", anneal.PermissionDeniedError),
        (403, "quota_exceeded", anneal.QuotaExceededError),
        (404, "not_found", anneal.NotFoundError),
        (409, "conflict", anneal.ConflictError),
        (409, "wrong_state", anneal.WrongStateError),
        (413, "payload_too_large", anneal.PayloadTooLargeError),
        (500, "internal", anneal.ServerError),
    ],
)
def test_problems_have_a_type_of_their_own(status: int, code: str, kind: type[anneal.APIError]) -> None:
    errors = [{"pointer": "/model", "detail": "unknown"}]
    handle, _ = answers(httpx.Response(status, json={"code": code, "detail": "Why.", "requestId": "r9", "errors": errors}))
    with pytest.raises(kind) as caught:
        connected(handle).team.get()
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.code, caught.value.detail, caught.value.errors) == (status, code, "Why.", errors)
    assert "r9" in str(caught.value) and "/model: unknown" in str(caught.value)


def test_what_is_no_problem_document_is_an_error_too() -> None:
    handle, _ = answers(httpx.Response(404, text="<html>"))
    with pytest.raises(anneal.NotFoundError, match="<html>"):
        connected(handle).team.get()


def test_lists_are_read_page_by_page_as_far_as_they_are_asked_for() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        after = int(request.url.params.get("after", "0"))
        size = int(request.url.params["limit"])
        data = [{"id": f"m{i}"} for i in range(after, min(250, after + size))]
        return httpx.Response(200, json={"data": data, "nextCursor": None if after + size >= 250 else str(after + size)})

    client = connected(handle)
    assert [member["id"] for member in client.team.members()] == [f"m{i}" for i in range(250)]
    assert len(list(client.models.list(limit=120))) == 120


def test_parameters_of_lists_are_written_as_the_api_takes_them() -> None:
    handle, requests = answers(httpx.Response(200, json={"data": [], "nextCursor": None}))
    assert list(connected(handle).jobs.list(state=["queued", "running"], tags=("a", "b"), sort="-accuracy")) == []
    params = dict(requests[0].url.params)
    assert params == {"state": "queued,running", "tag": "a,b", "sort": "-accuracy", "limit": "100"}


class Broken(httpx.SyncByteStream):
    """A stream that breaks after its text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __iter__(self) -> Iterator[bytes]:
        yield self._text.encode()
        raise httpx.ReadError("broken")


def test_a_broken_stream_goes_on_after_its_last_event(pauses: list[float]) -> None:
    first = 'retry: 20\n\nid: 1\nevent: state\ndata: {"to":\ndata: "running"}\n\n: still here\n\nid: 2\nevent: metrics\ndata: {}\n\nid: 3\nda'
    rest = 'id: 3\r\nevent: state\r\ndata: {"to": "succeeded"}\r\n\r\n'
    handle, requests = answers(
        httpx.Response(200, stream=Broken(first)),
        httpx.ConnectError("refused"),
        httpx.Response(429, json={**PROBLEM, "code": "rate_limited"}, headers={"retry-after": "5"}),
        httpx.Response(200, text=rest),
    )
    events = list(job_of(handle).events())
    assert [(event.id, event.type) for event in events] == [("1", "state"), ("2", "metrics"), ("3", "state")]
    assert events[0].data == {"to": "running"}
    assert [request.headers["last-event-id"] for request in requests] == ["0", "2", "2", "2"]
    assert pauses[0] == 0.02 and pauses[2] == 5


def test_retry_after_may_be_a_date() -> None:
    assert retry_after(httpx.Headers({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"})) == 0
    assert retry_after(httpx.Headers({"retry-after": "soon"})) is None


def test_a_service_and_a_key_are_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ANNEAL_URL", raising=False)
    monkeypatch.delenv("ANNEAL_API_KEY", raising=False)
    monkeypatch.setenv("ANNEAL_HOME", str(tmp_path))
    with pytest.raises(anneal.ConfigurationError, match="ANNEAL_URL"):
        anneal.Client()
    (tmp_path / "credentials.json").write_text('{"url": "http://saved:1", "key": "k"}')
    assert anneal.Client().url == "http://saved:1"
    monkeypatch.setenv("ANNEAL_URL", "https://there/")
    assert anneal.Client().url == "https://there"
    with pytest.raises(anneal.ConfigurationError, match="ftp"):
        anneal.Client("ftp://there", "k")


def test_the_synchronous_client_waits_by_sleeping(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    platform.sleep(3)
    assert slept == [3]


def test_the_asynchronous_client_has_the_same_surface() -> None:
    async def main() -> str:
        handle, _ = answers(httpx.Response(503, json=PROBLEM, headers={"retry-after": "0"}), httpx.Response(200, json={"id": "team_1"}))
        http = httpx.AsyncClient(transport=httpx.MockTransport(handle))
        async with anneal.AsyncClient("http://service", "key", http=http) as client:
            return (await client.team.get())["id"]

    assert asyncio.run(main()) == "team_1"
    pairs = [(anneal.Client, anneal.AsyncClient), (anneal.Job, anneal.AsyncJob), (anneal.Checkpoint, anneal.AsyncCheckpoint)]
    for synchronous, asynchronous in pairs:
        names = [{name for name in dir(kind) if not name.startswith("_")} for kind in (synchronous, asynchronous)]
        assert {name.replace("aclose", "close") for name in names[1]} == names[0]
