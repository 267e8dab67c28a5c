"""Exceptions. Those of the service carry the fields of its problem document (RFC 9457)."""
from collections.abc import Mapping
from typing import Any


class AnnealError(Exception):
    """Base class of the errors of this package."""


class ConfigurationError(AnnealError):
    """The address of the service or the API key is missing or malformed."""


class APIConnectionError(AnnealError):
    """The service did not answer, also after the retries."""


class UploadError(AnnealError):
    """What was to be uploaded cannot be read, or changed meanwhile."""


class DownloadError(AnnealError):
    """What was downloaded is not what the service has."""


class UnsupportedModelError(AnnealError):
    """torchvision has no module for the model; its weights can still be read, and it can be exported as ONNX."""


class JobFailedError(AnnealError):
    """A job, a sweep or a batch of predictions that was waited for failed or was cancelled."""

    def __init__(self, id: str, state: str, reason: Mapping[str, Any] | None) -> None:
        self.id = id
        self.state = state
        self.reason = reason
        self.code: str | None = None if reason is None else reason["code"]
        super().__init__(f"{id} is {state}" if reason is None else f"{id} is {state}: {reason['detail']}")


class DatasetFailedError(JobFailedError):
    """A data set, or a version of one, that was waited for could not be read."""


class APIError(AnnealError):
    """A call that the service refused."""

    def __init__(self, status: int, problem: Mapping[str, Any], request_id: str | None = None) -> None:
        self.status = status
        # Seconds that the service asks to wait for, where it does.
        self.retry_after: float | None = None
        self.code: str = str(problem.get("code", "internal"))
        self.detail: str = str(problem.get("detail", "")) or f"The server answered {status}."
        self.errors: list[dict[str, str]] = list(problem.get("errors", []))
        self.retryable: bool = bool(problem.get("retryable", False))
        self.request_id: str | None = problem.get("requestId", request_id)
        super().__init__(self.detail)

    def __str__(self) -> str:
        places = "".join(f"\n  {error['pointer'] or '/'}: {error['detail']}" for error in self.errors)
        return f"{self.detail} ({self.code}, request {self.request_id}){places}"


class ValidationError(APIError):
    """The request or the job spec has mistakes; `errors` has a JSON pointer and an explanation for each."""


class AuthenticationError(APIError):
    """The API key is missing or unknown."""


class PermissionDeniedError(APIError):
    """The key lacks the scope that the call needs, or the team is suspended."""


class NotFoundError(APIError):
    """There is no such resource in the team of the key."""


class ConflictError(APIError):
    """It conflicts with something, such as a name that is taken."""


class WrongStateError(ConflictError):
    """The resource is in a state that does not allow the call."""


class PayloadTooLargeError(APIError):
    """The body, a file or a list in it exceeds its limit."""


class RateLimitError(APIError):
    """Too many calls, also after the retries."""


class QuotaExceededError(APIError):
    """The team has reached a quota; `quota` has what is used, the limit, and what frees some."""

    def __init__(self, status: int, problem: Mapping[str, Any], request_id: str | None = None) -> None:
        super().__init__(status, problem, request_id)
        self.quota: dict[str, Any] = dict(problem.get("quota", {}))


class ServerError(APIError):
    """The service is away (503) or has a bug."""


_BY_CODE: dict[str, type[APIError]] = {"quota_exceeded": QuotaExceededError, "wrong_state": WrongStateError}
_BY_STATUS: dict[int, type[APIError]] = {
    400: ValidationError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: ValidationError,
    409: ConflictError,
    410: NotFoundError,
    413: PayloadTooLargeError,
    415: ValidationError,
    422: ValidationError,
    429: RateLimitError,
}


def api_error(status: int, problem: Mapping[str, Any], request_id: str | None = None) -> APIError:
    """The exception of a problem document."""
    code = str(problem.get("code"))
    if code in _BY_CODE:
        return _BY_CODE[code](status, problem, request_id)
    if status >= 500:
        return ServerError(status, problem, request_id)
    return _BY_STATUS[status](status, problem, request_id) if status in _BY_STATUS else APIError(status, problem, request_id)
