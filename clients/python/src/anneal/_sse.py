"""Server-sent events. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream."""
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Event:
    """What a stream told: of a job, `type` is such as `progress` or `state`."""

    id: str
    type: str
    data: Any
    # When it happened; a stream does not say.
    at: str | None = None


class EventParser:
    """Takes lines without their ends; gives the events that they complete."""

    def __init__(self) -> None:
        self.retry_seconds: float | None = None
        self._id = ""
        self._type = ""
        self._data: list[str] = []

    def feed(self, line: str) -> Event | None:
        if line == "":
            return self._complete()
        if line.startswith(":"):
            return None
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._type = value
        elif field == "id" and "\0" not in value:
            self._id = value
        elif field == "retry" and value.isascii() and value.isdigit():
            self.retry_seconds = int(value) / 1000
        return None

    def _complete(self) -> Event | None:
        data, kind = self._data, self._type
        self._data, self._type = [], ""
        if not data:
            return None
        return Event(self._id, kind or "message", json.loads("\n".join(data)))
