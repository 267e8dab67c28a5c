# Made from ../_async by `npm run docs`; do not edit.
"""Calls of the REST API: authentication, retries, problem documents, pages and streams."""
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypedDict

import httpx

from .._retries import is_temporary, may_repeat, retry_after, seconds_until_retry
from .._sse import Event, EventParser
from .._version import VERSION
from ..errors import APIConnectionError, APIError, api_error
from .platform import sleep

# Uploads and the first prediction of a checkpoint take a while.
TIMEOUT = httpx.Timeout(120.0, connect=10.0)
# A stream sends something every 15 seconds.
_STREAM_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_REPEATABLE = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS")
_PAGE = 100

Params = Mapping[str, Any]


class Options(TypedDict, total=False):
    """What httpx takes for the body of a request."""

    json: Any
    content: Any
    files: Any


class Transport:
    """One connection pool to a service."""

    def __init__(self, url: str, api_key: str, *, max_retries: int, timeout: httpx.Timeout | float, http: httpx.Client | None) -> None:
        self.url = url
        self.api_key = api_key
        self._max_retries = max_retries
        self._http = http or httpx.Client(timeout=timeout)

    def close(self) -> None:
        self._http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        creates: bool = False,
        retries: int | None = None,
        **body: Any,
    ) -> httpx.Response:
        """Makes a call, again where that may help. A call that creates something has an Idempotency-Key, so that it creates one."""
        all_headers = {**self._headers(), **(headers or {})}
        if creates:
            all_headers.setdefault("idempotency-key", str(uuid.uuid4()))
        repeatable = method in _REPEATABLE or "idempotency-key" in all_headers
        most = self._max_retries if retries is None else retries
        attempt = 0
        while True:
            wait: float | None
            try:
                response = self._http.request(method, self.url + path, params=_given(params), headers=all_headers, **body)
            except httpx.TransportError as error:
                failure: Exception = APIConnectionError(f"No answer from {self.url}: {error or type(error).__name__}.")
                failure.__cause__ = error
                wait = seconds_until_retry(attempt) if may_repeat(error, repeatable=repeatable) else None
            else:
                if response.status_code < 300:
                    return response
                failure = problem_of(response)
                temporary = is_temporary(response.status_code, failure.code)
                wait = seconds_until_retry(attempt, failure.retry_after) if temporary else None
            if wait is None or attempt >= most:
                raise failure
            attempt += 1
            sleep(wait)

    def get(self, path: str, params: Params | None = None) -> Any:
        return (self.call("GET", path, params=params)).json()

    def post(self, path: str, body: Any = None, *, creates: bool = False, params: Params | None = None) -> Any:
        options: Options = {} if body is None else {"json": body}
        return (self.call("POST", path, params=params, creates=creates, **options)).json()

    def patch(self, path: str, body: Any) -> Any:
        return (self.call("PATCH", path, json=body)).json()

    def put(self, path: str, body: Any) -> Any:
        return (self.call("PUT", path, json=body)).json()

    def delete(self, path: str, params: Params | None = None) -> None:
        self.call("DELETE", path, params=params)

    def pages(self, path: str, params: Params | None = None, *, limit: int | None = None, page: int | None = None) -> Iterator[Any]:
        """What is in a list, page by page as it is asked for, at most `limit` of it."""
        left = limit
        after: str | None = None
        given: dict[str, Any] = dict(params or {})
        while left is None or left > 0:
            size = page or _PAGE
            query: dict[str, Any] = {**given, "limit": size if left is None else min(size, left)}
            if after is not None:
                query["after"] = after
            answer = self.get(path, query)
            for item in answer["data"]:
                yield item
            after = answer["nextCursor"]
            if after is None:
                return
            if left is not None:
                left -= len(answer["data"])

    def events(self, path: str, params: Params | None = None, *, last_event_id: str = "0") -> Iterator[Event]:
        """What a path streams until it ends; a connection that breaks is made again from the last event on."""
        last, vain = last_event_id, 0
        while True:
            parser = EventParser()
            headers = {**self._headers(), "accept": "text/event-stream", "last-event-id": last}
            wait: float | None
            try:
                with self._http.stream("GET", self.url + path, params=_given(params), headers=headers, timeout=_STREAM_TIMEOUT) as response:
                    if response.status_code != 200:
                        response.read()
                        raise problem_of(response)
                    for line in response.iter_lines():
                        event = parser.feed(line.rstrip("\r\n"))
                        if event is not None:
                            last, vain = event.id or last, 0
                            yield event
                return
            except httpx.TransportError as error:
                failure: Exception = APIConnectionError(f"The stream of {self.url}{path} broke: {error or type(error).__name__}.")
                failure.__cause__ = error
                wait = parser.retry_seconds or seconds_until_retry(vain)
            except APIError as error:
                failure = error
                temporary = is_temporary(error.status, error.code)
                wait = seconds_until_retry(vain, error.retry_after) if temporary else None
            if wait is None or vain >= self._max_retries:
                raise failure
            vain += 1
            sleep(wait)

    @contextmanager
    def stream(self, path: str, *, params: Params | None = None, headers: Mapping[str, str] | None = None) -> Iterator[httpx.Response]:
        """An answer that is read as it comes."""
        all_headers = {**self._headers(), **(headers or {})}
        with self._http.stream("GET", self.url + path, params=_given(params), headers=all_headers) as response:
            if response.status_code >= 300:
                response.read()
                raise problem_of(response)
            yield response

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.api_key}", "user-agent": f"anneal-python/{VERSION}", "accept": "application/json"}


def problem_of(response: httpx.Response) -> APIError:
    request_id = response.headers.get("x-request-id")
    try:
        problem = response.json()
    except ValueError:
        problem = {"detail": response.text[:500]}
    error = api_error(response.status_code, problem if isinstance(problem, dict) else {}, request_id)
    error.retry_after = retry_after(response.headers)
    return error


def _given(params: Params | None) -> dict[str, Any] | None:
    """Parameters but for those that are None; lists by commas, as the API takes them."""
    if params is None:
        return None
    given = {name: value for name, value in params.items() if value is not None}
    return {name: _text(value) for name, value in given.items()}


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else value
