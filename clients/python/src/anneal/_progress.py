import sys
from typing import Any

from tqdm import tqdm

# Where nobody watches, as in a log, a line every few seconds is enough.
_SECONDS_IN_LOG = 5.0


class Bar:
    """A tqdm bar that is told how much is done rather than how much was added; none where progress is off."""

    def __init__(self, shown: bool, description: str, *, total: float | None = None, unit: str = "it", scale: bool = False) -> None:
        often = 0.1 if sys.stderr.isatty() else _SECONDS_IN_LOG
        self._bar: Any = tqdm(total=total, desc=description, unit=unit, unit_scale=scale, mininterval=often) if shown else None

    def at(self, done: float, *, total: float | None = None, note: str | None = None) -> None:
        if self._bar is None:
            return
        if total is not None:
            self._bar.total = total
        if note is not None:
            self._bar.set_postfix_str(note, refresh=False)
        if done >= self._bar.n:
            self._bar.update(done - self._bar.n)
        else:
            self._bar.reset(self._bar.total)
            self._bar.update(done)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
