"""What the tests share. Those with `client` need a service: ANNEAL_URL and ANNEAL_API_KEY."""
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

import anneal

# The smallest run that has a report.
SPEC = {"model": {"name": "resnet20", "width": 4}, "batchSize": 16, "precision": "float32", "budget": {"epochs": 2}}
COLOURS = {"blue": (40, 40, 200), "green": (40, 200, 40), "red": (200, 40, 40)}
SIDE = 32


def picture(rng: random.Random, colour: tuple[int, int, int], side: int = SIDE) -> Image.Image:
    image = Image.new("RGB", (side, side))
    image.putdata([tuple(max(0, min(255, c + rng.randint(-40, 40))) for c in colour) for _ in range(side * side)])
    return image


def write_classes(root: Path, count: int, seed: int = 1) -> Path:
    rng = random.Random(seed)
    for label, colour in COLOURS.items():
        (root / label).mkdir(parents=True)
        for i in range(count):
            picture(rng, colour).save(root / label / f"{label}-{seed}-{i}.png")
    return root


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_classes(tmp_path_factory.mktemp("images") / "colours", 30)


@pytest.fixture(scope="session")
def client() -> Iterator[anneal.Client]:
    if "ANNEAL_URL" not in os.environ:
        pytest.skip("there is no service")
    with anneal.Client() as client:
        yield client


@pytest.fixture(scope="session")
def dataset(client: anneal.Client, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> anneal.Dataset:
    return client.datasets.upload(folder, name="colours", state_folder=tmp_path_factory.mktemp("uploads"))


@pytest.fixture(scope="session")
def job(client: anneal.Client, dataset: anneal.Dataset) -> anneal.Job:
    """A job that has succeeded."""
    return client.jobs.create(SPEC, dataset=dataset, name="first", tags=["python"]).wait()
