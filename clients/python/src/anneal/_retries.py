import random
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import httpx

# Answers after which the same call may succeed.
_TEMPORARY = (429, 502, 503, 504)
_FIRST_SECONDS = 0.5
_MAX_SECONDS = 15.0
# A service that asks for a longer wait than this is not waited for.
MAX_RETRY_AFTER_SECONDS = 120.0


def may_repeat(error: httpx.TransportError, *, repeatable: bool) -> bool:
    """Whether a call that broke may be made again: where it cannot have arrived, or may be made twice."""
    if isinstance(error, httpx.UnsupportedProtocol):
        return False
    return repeatable or isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))


def is_temporary(status: int, code: str) -> bool:
    """A quota is not waited for: something has to end first."""
    return (status in _TEMPORARY and code != "quota_exceeded") or code == "idempotency_in_flight"


def seconds_until_retry(attempt: int, asked: float | None = None) -> float | None:
    """Back-off with jitter, no less than the service asked for; None where that is too long to wait."""
    backoff = min(_MAX_SECONDS, _FIRST_SECONDS * 2.0**attempt) * random.uniform(0.5, 1.0)
    if asked is None:
        return backoff
    return None if asked > MAX_RETRY_AFTER_SECONDS else max(asked, backoff)


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds that a `Retry-After` asks for, which may be a number or a date (RFC 9110 §10.2.3)."""
    text: str | None = headers.get("retry-after")
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    seconds = (at - datetime.now(timezone.utc)).total_seconds()
    return max(0.0, seconds)
