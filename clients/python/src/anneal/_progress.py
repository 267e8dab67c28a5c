from collections.abc import Callable
from typing import Any

from tqdm import tqdm

Show = Callable[[float, str], None]


class Bar:
    """A tqdm bar that is told how much is done rather than how much was added; none where progress is off."""

    def __init__(self, shown: bool, description: str, *, total: float | None = None, unit: str = "it", scale: bool = False) -> None:
        self._bar: Any = tqdm(total=total, desc=description, unit=unit, unit_scale=scale, leave=True) if shown else None

    def at(self, done: float, *, total: float | None = None, note: str | None = None) -> None:
        bar = self._bar
        if bar is None:
            return
        if total is not None:
            bar.total = total
        bar.n = done
        if note is not None:
            bar.set_postfix_str(note, refresh=False)
        bar.refresh()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
