# Made from ../_async by `npm run docs`; do not edit.
from collections.abc import Iterator, Sequence
from typing import Literal

from .. import types
from .transport import Transport


class Team:
    """`client.team`: the team of the API key."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self) -> types.Team:
        team: types.Team = self._transport.get("/v1/team")
        return team

    def quota(self) -> types.Quota:
        """Each limit, and what is used of it."""
        quota: types.Quota = self._transport.get("/v1/team/quota")
        return quota

    def usage(self, *, by: str | Sequence[str] = "day", since: str | None = None, until: str | None = None) -> Iterator[types.Usage]:
        """Device time from one day to another (2026-01-31), by default of the last thirty; by day, job, person, key or device kind."""
        return self._transport.pages("/v1/team/usage", {"by": by, "from": since, "to": until})

    def storage(self, *, by: Literal["dataset", "job", "person", "kind"] | None = None) -> Iterator[types.Storage]:
        """Stored bytes by what holds them, the biggest first."""
        return self._transport.pages("/v1/team/storage", {"by": by})

    def members(self) -> Iterator[types.Member]:
        return self._transport.pages("/v1/team/members")
