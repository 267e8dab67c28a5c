# Made from ../_async by `npm run docs`; do not edit.
import os
from pathlib import Path

import httpx

from .._downloads import PartialFile, target_of
from .._progress import Bar
from .._retries import is_temporary, seconds_until_retry
from ..errors import APIConnectionError, APIError
from .platform import in_thread, sleep
from .transport import Transport, Params

_MAX_VAIN_ATTEMPTS = 6


def download(
    transport: Transport,
    route: str,
    path: str | os.PathLike[str],
    *,
    file_name: str,
    params: Params | None = None,
    sha256: str | None = None,
    size_bytes: int | None = None,
    progress: bool = False,
) -> Path:
    """Writes what a route answers to a file, or into a folder. With a hash, a broken connection is resumed and the content checked; without one, it begins again."""
    file = PartialFile(target_of(path, file_name), sha256)
    vain = 0
    with Bar(progress, file.target.name, unit="B", scale=True) as bar:
        while True:
            before = file.size
            try:
                if size_bytes is None or before < size_bytes:
                    _fetch(transport, route, params, file, bar)
                return in_thread(file.finish)
            except httpx.TransportError as error:
                vain = 0 if file.size > before else vain + 1
                wait = seconds_until_retry(vain)
                if wait is None or vain > _MAX_VAIN_ATTEMPTS:
                    raise APIConnectionError(f"The download from {transport.url} broke: {error or type(error).__name__}.") from error
            except APIError as error:
                vain += 1
                wait = seconds_until_retry(vain, error.retry_after) if is_temporary(error.status, error.code) else None
                if wait is None or vain > _MAX_VAIN_ATTEMPTS:
                    raise
            sleep(wait)


def _fetch(transport: Transport, route: str, params: Params | None, file: PartialFile, bar: Bar) -> None:
    start = file.size
    headers = {"accept": "*/*", **({"range": f"bytes={start}-"} if start > 0 else {})}
    with transport.stream(route, params=params, headers=headers) as response:
        if response.status_code != 206:
            start = 0
        length = response.headers.get("content-length")
        total = None if length is None else start + int(length)
        done = start
        with file.open(append=start > 0) as out:
            for chunk in response.iter_bytes():
                out.write(chunk)
                done += len(chunk)
                bar.at(done, total=total)
