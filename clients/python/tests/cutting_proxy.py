"""A TCP proxy that cuts connections off after so many bytes on the way to the service."""
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def cutting_proxy(url: str, cuts: list[int]) -> Iterator[str]:
    """Each of `cuts` is spent on a connection that sends more than that; the others pass."""
    target = (urlsplit(url).hostname or "", urlsplit(url).port or 80)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, target, cuts), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def _accept(listener: socket.socket, target: tuple[str, int], cuts: list[int]) -> None:
    while True:
        try:
            inward, _ = listener.accept()
        except OSError:
            return
        outward = socket.create_connection(target)
        threading.Thread(target=_forward, args=(inward, outward, cuts), daemon=True).start()
        threading.Thread(target=_forward, args=(outward, inward, []), daemon=True).start()


def _forward(source: socket.socket, target: socket.socket, cuts: list[int]) -> None:
    sent = 0
    try:
        while chunk := source.recv(16_384):
            if cuts and sent + len(chunk) > cuts[0]:
                del cuts[0]
                break
            target.sendall(chunk)
            sent += len(chunk)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        end.close()
