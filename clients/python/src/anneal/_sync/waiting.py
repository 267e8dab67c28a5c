# Made from ../_async by `npm run docs`; do not edit.
import time
from collections.abc import Callable

from .platform import sleep

_FIRST_SECONDS = 0.2
_MAX_SECONDS = 2.0


def until(look: Callable[[], bool], *, timeout: float | None, what: str) -> None:
    """Looks again and again, less often as time goes by. Raises TimeoutError after so many seconds."""
    started, pause = time.monotonic(), _FIRST_SECONDS
    while not look():
        if timeout is not None and time.monotonic() - started > timeout:
            raise TimeoutError(f"{what} has not ended within {timeout} s.")
        sleep(pause)
        pause = min(_MAX_SECONDS, pause * 1.5)
