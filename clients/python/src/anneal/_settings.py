import json
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from .errors import ConfigurationError


def service_of(url: str | None, api_key: str | None) -> tuple[str, str]:
    """Address and key: as given, of ANNEAL_URL and ANNEAL_API_KEY, else of the `anneal serve` whose home this folder or ANNEAL_HOME is."""
    url = url or os.environ.get("ANNEAL_URL")
    api_key = api_key or os.environ.get("ANNEAL_API_KEY")
    if url is None or api_key is None:
        saved = _saved()
        url = url or saved.get("url")
        api_key = api_key or saved.get("key")
    if url is None or api_key is None:
        raise ConfigurationError("Give url and api_key, or set ANNEAL_URL and ANNEAL_API_KEY.")
    if urlsplit(url).scheme not in ("http", "https"):
        raise ConfigurationError(f"The address of the service is {url!r}; an http or https URL is expected.")
    if not re.fullmatch(r"[\x21-\x7e]+", api_key):
        raise ConfigurationError("The API key has characters that no API key has.")
    return url.rstrip("/"), api_key


def _saved() -> dict[str, str]:
    path = Path(os.environ.get("ANNEAL_HOME", ".anneal")) / "credentials.json"
    try:
        saved = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return saved if isinstance(saved, dict) else {}
