"""Where waiting differs between the asynchronous and the synchronous modules."""
import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs what blocks, such as reading a file, in a thread, so that the event loop stays free."""
    return await asyncio.to_thread(work, *args, **kwargs)
