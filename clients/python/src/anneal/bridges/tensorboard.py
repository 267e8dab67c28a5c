"""Metrics of a job as TensorBoard event files, written here: TensorFlow and the tensorboard package are not needed."""
import os
import struct
from collections.abc import Iterator
from pathlib import Path

from .._sync.job import Job
from ._history import final_metrics, points_of, seconds_of

_FILE_VERSION = "brain.Event:2"


def report(job: Job, logdir: str | os.PathLike[str]) -> Path:
    """
    Writes the metrics of a job so far, and those of its report, into the subfolder `logdir`/ID.

    Called again, it replaces the file by one with what has come since. Returns the file.
    """
    job.refresh()
    created = seconds_of(job.data["createdAt"])
    folder = Path(logdir) / job.id
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"events.out.tfevents.{int(created)}.anneal"
    partial = folder / ".events.partial"
    with open(partial, "wb") as file:
        for event in _events(job, created):
            file.write(_record(event))
    partial.replace(path)
    return path


def _events(job: Job, created: float) -> Iterator[bytes]:
    yield _double(1, created) + _bytes(3, _FILE_VERSION.encode())
    step, seconds = 0, created
    for point in points_of(job):
        step, seconds = point.step, point.seconds
        yield _scalars(seconds, step, point.values)
    final = final_metrics(job)
    if final:
        yield _scalars(seconds, step, final)


def _scalars(seconds: float, step: int, values: dict[str, float]) -> bytes:
    """An `Event` with a `Summary`. Source: tensorflow/core/util/event.proto and framework/summary.proto."""
    summary = b"".join(_bytes(1, _bytes(1, tag.encode()) + _float(2, value)) for tag, value in values.items())
    return _double(1, seconds) + _varint(2, step) + _bytes(5, summary)


def _record(data: bytes) -> bytes:
    """A record with checksums of its length and its content. Source: tensorflow/core/lib/io/record_writer.cc."""
    length = struct.pack("<Q", len(data))
    return length + _checksum(length) + data + _checksum(data)


def _checksum(data: bytes) -> bytes:
    crc = _crc32c(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _table()


def _crc32c(data: bytes) -> int:
    """Castagnoli's. Source: RFC 3720, appendix B.4."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def _uint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _varint(field: int, value: int) -> bytes:
    return _uint(field << 3) + _uint(value)


def _double(field: int, value: float) -> bytes:
    return _uint(field << 3 | 1) + struct.pack("<d", value)


def _float(field: int, value: float) -> bytes:
    return _uint(field << 3 | 5) + struct.pack("<f", value)


def _bytes(field: int, value: bytes) -> bytes:
    return _uint(field << 3 | 2) + _uint(len(value)) + value
