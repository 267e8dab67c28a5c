from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from . import types

if TYPE_CHECKING:
    import pandas


def metrics_frame(series: Iterable[types.MetricSeries]) -> "pandas.DataFrame":
    """A row per step, a column per metric."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError("metrics() needs pandas: install anneal-client[pandas], or use metric_series().") from error
    columns: dict[str, Any] = {each["key"]: pandas.Series({int(step): value for step, value in each["points"]}, dtype="float64") for each in series}
    frame = pandas.DataFrame(columns).sort_index()
    frame.index.name = "step"
    return frame
