"""Resumable uploads by tus 1.0 (https://tus.io/protocols/resumable-upload)."""
import base64
import re
from collections.abc import AsyncIterator, Callable

from .._retries import seconds_until_retry
from .._sources import Source
from .._upload_state import UploadState
from ..errors import APIConnectionError, APIError, NotFoundError, UploadError
from .platform import in_thread, sleep
from .transport import AsyncTransport

_TUS = {"tus-resumable": "1.0.0"}
# Of a service that is away, of an upload that another connection still holds, and of an offset that is another one by now.
_TEMPORARY = (409, 423, 429, 502, 503, 504)
# Attempts in a row without progress.
_MAX_VAIN_ATTEMPTS = 10

Progress = Callable[[int], None]


async def upload(transport: AsyncTransport, source: Source, state: UploadState, on_progress: Progress) -> str:
    """Sends a source, resuming after broken connections where the service has it. Returns the id of the upload."""
    furthest = vain = 0

    def progressed(sent: int) -> None:
        nonlocal furthest, vain
        if sent > furthest:
            furthest, vain = sent, 0
        on_progress(sent)

    while True:
        try:
            return await _send(transport, source, state, progressed)
        except (APIConnectionError, APIError) as error:
            vain += 1
            gone = isinstance(error, NotFoundError)
            if vain > _MAX_VAIN_ATTEMPTS or not (gone or isinstance(error, APIConnectionError) or error.status in _TEMPORARY):
                raise
            if gone:
                state.remove()
            wait = seconds_until_retry(vain, error.retry_after if isinstance(error, APIError) else None)
            if wait is None:
                raise
        await sleep(wait)


async def _send(transport: AsyncTransport, source: Source, state: UploadState, on_progress: Progress) -> str:
    known = state.read()
    offset = None if known is None else await _offset_of(transport, known)
    id = await _begin(transport, source) if known is None or offset is None else known
    state.write(id)
    start = offset or 0
    on_progress(start)
    if start < source.size_bytes:
        headers = {
            **_TUS,
            "content-type": "application/offset+octet-stream",
            "content-length": str(source.size_bytes - start),
            "upload-offset": str(start),
        }
        await transport.call("PATCH", f"/v1/uploads/{id}", headers=headers, retries=0, content=_content(source, start, on_progress))
    return id


async def _begin(transport: AsyncTransport, source: Source) -> str:
    name = base64.b64encode(source.file_name.encode("utf-8", "replace")).decode()
    headers = {**_TUS, "upload-length": str(source.size_bytes), "upload-metadata": f"filename {name}"}
    response = await transport.call("POST", "/v1/uploads", headers=headers)
    found = re.search(r"up_[a-z0-9]+$", response.headers.get("location", ""))
    if found is None:
        raise UploadError("What answers is not Anneal: it names no upload.")
    return found.group()


async def _offset_of(transport: AsyncTransport, id: str) -> int | None:
    """How much of an upload the service has; None where it is gone."""
    try:
        response = await transport.call("HEAD", f"/v1/uploads/{id}", headers=_TUS)
    except NotFoundError:
        return None
    return int(response.headers["upload-offset"])


async def _content(source: Source, start: int, on_progress: Progress) -> AsyncIterator[bytes]:
    sent = start
    chunks = source.read(start)
    while chunk := await in_thread(lambda: next(chunks, b"")):
        yield chunk
        sent += len(chunk)
        on_progress(sent)
