"""Client of Anneal, training as a service for image classification."""
from . import errors, types
from ._async.checkpoints import AsyncCheckpoint
from ._async.client import AsyncClient
from ._async.datasets import AsyncDataset
from ._async.job import AsyncJob
from ._async.models import AsyncModel
from ._async.predictions import AsyncPredictionBatch
from ._async.sweeps import AsyncSweep
from ._sse import Event
from ._sync.checkpoints import Checkpoint
from ._sync.client import Client
from ._sync.datasets import Dataset
from ._sync.job import Job
from ._sync.models import Model
from ._sync.predictions import PredictionBatch
from ._sync.sweeps import Sweep
from ._version import VERSION as __version__
from .errors import (
    AnnealError,
    APIConnectionError,
    APIError,
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    DatasetFailedError,
    DownloadError,
    JobFailedError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    QuotaExceededError,
    RateLimitError,
    ServerError,
    UnsupportedModelError,
    UploadError,
    ValidationError,
    WrongStateError,
)

__all__ = [
    "APIConnectionError",
    "APIError",
    "AnnealError",
    "AsyncCheckpoint",
    "AsyncClient",
    "AsyncDataset",
    "AsyncJob",
    "AsyncModel",
    "AsyncPredictionBatch",
    "AsyncSweep",
    "AuthenticationError",
    "Checkpoint",
    "Client",
    "ConfigurationError",
    "ConflictError",
    "Dataset",
    "DatasetFailedError",
    "DownloadError",
    "Event",
    "Job",
    "JobFailedError",
    "Model",
    "NotFoundError",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PredictionBatch",
    "QuotaExceededError",
    "RateLimitError",
    "ServerError",
    "Sweep",
    "UnsupportedModelError",
    "UploadError",
    "ValidationError",
    "WrongStateError",
    "__version__",
    "errors",
    "types",
]
