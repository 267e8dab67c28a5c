"""The whole way against a service: data set, job, results, models, predictions."""
import asyncio
import io
import json
import random
import time
import zipfile
from pathlib import Path

import pandas
import pytest
import torch
from PIL import Image

import anneal
from conftest import COLOURS, SIDE, SPEC, picture, write_classes
from cutting_proxy import cutting_proxy

NOWHERE = "ds_000000000000000000000"


def test_a_folder_becomes_a_data_set(dataset: anneal.Dataset) -> None:
    assert dataset.state == "ready"
    assert dataset.classes == sorted(COLOURS)
    assert dataset.data["images"] == {"train": 72, "val": 9, "test": 9}
    assert dataset.report()["files"] == 90
    items = list(dataset.items(class_="red", split="train"))
    assert len(items) == 24 and {item["class"] for item in items} == {"red"}
    with Image.open(io.BytesIO(dataset.image(0))) as image:
        assert image.size == (SIDE, SIDE)


def test_data_sets_are_listed_and_found(client: anneal.Client, dataset: anneal.Dataset) -> None:
    assert dataset.id in [found.id for found in client.datasets.list(state="ready", sort="name")]
    assert client.datasets.get(dataset.ref).name == "colours"
    with pytest.raises(anneal.NotFoundError):
        client.datasets.get(NOWHERE)


def test_an_upload_goes_on_where_its_connection_broke(client: anneal.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anneal._sync.uploads.sleep", lambda seconds: None)
    root = write_classes(tmp_path / "broken", 60, seed=2)
    cuts = [200_000, 150_000, 100_000]
    with cutting_proxy(client.url, cuts) as url, anneal.Client(url, client._transport.api_key) as over_proxy:
        uploaded = over_proxy.datasets.upload(root, wait=False, state_folder=tmp_path)
    assert cuts == []
    dataset = client.datasets.get(f"{uploaded.id}@1").wait()
    assert sum((dataset.data["images"] or {}).values()) == 180
    assert not list(tmp_path.glob("*.json"))


def test_an_upload_that_was_given_up_is_resumed_by_the_next(client: anneal.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_classes(tmp_path / "given-up", 60, seed=3)
    with cutting_proxy(client.url, [300_000]) as url, anneal.Client(url, client._transport.api_key) as over_proxy:
        with monkeypatch.context() as once:
            once.setattr("anneal._sync.uploads._MAX_VAIN_ATTEMPTS", -1)
            with pytest.raises(anneal.APIConnectionError):
                over_proxy.datasets.upload(root, state_folder=tmp_path)
        (noted,) = tmp_path.glob("*.json")
        under_way = json.loads(noted.read_text())["id"]
        assert under_way in [upload["id"] for upload in client._transport.pages("/v1/uploads")]
        dataset = over_proxy.datasets.upload(root, state_folder=tmp_path)
    assert dataset.data["classCount"] == 3
    assert under_way not in [upload["id"] for upload in client._transport.pages("/v1/uploads")]


def test_versions_are_made_of_a_data_set(client: anneal.Client, folder: Path, tmp_path: Path) -> None:
    first = client.datasets.upload(write_classes(tmp_path / "some", 12, seed=4), name="versions")
    without = first.remove([{"class": "blue", "split": "train"}]).wait()
    assert (without.version, (without.data["images"] or {})["train"]) == (2, (first.data["images"] or {})["train"] - 10)
    assert without.relabel([{"class": "green", "to": "grass"}]).wait().classes == ["blue", "grass", "red"]
    more = without.append(write_classes(tmp_path / "more", 5, seed=5), split="train").wait()
    assert (more.data["images"] or {})["train"] == (without.data["images"] or {})["train"] + 15
    moved = more.move([{"class": "red", "split": "test", "to": "val"}]).wait()
    assert [version["version"] for version in first.versions()] == [moved.version, 4, 3, 2, 1]
    with zipfile.ZipFile(moved.export(tmp_path / "export.zip")) as archive:
        names = [name for name in archive.namelist() if name.endswith(".png")]
    assert len(names) == sum((moved.data["images"] or {}).values())
    client.datasets.delete(first.id)
    with pytest.raises(anneal.NotFoundError):
        first.refresh()


def test_a_data_set_that_cannot_be_read_says_why(client: anneal.Client, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("no image")
    with pytest.raises(anneal.DatasetFailedError) as caught:
        client.datasets.upload(tmp_path / "texts", state_folder=tmp_path)
    assert caught.value.code == "dataset_empty"


def test_a_spec_is_checked_before_it_is_queued(client: anneal.Client, dataset: anneal.Dataset) -> None:
    validation = client.validate({"budget": {"epochs": 3}}, dataset)
    assert validation["spec"]["budget"]["epochs"] == 3 and validation["estimate"]["stepsPerEpoch"] >= 1
    assert "properties" in client.spec_schema()
    with pytest.raises(anneal.ValidationError) as caught:
        client.jobs.create({"modle": {"name": "resnet18"}}, dataset=dataset)
    assert (caught.value.code, caught.value.errors[0]["pointer"]) == ("invalid_spec", "/modle")
    assert caught.value.request_id is not None


def test_a_job_tells_what_it_did(client: anneal.Client, job: anneal.Job, capsys: pytest.CaptureFixture[str]) -> None:
    job.wait(progress=True)
    assert "succeeded" in capsys.readouterr().err
    assert job.ended and job.tags == ["python"] and job.spec["model"]["name"] == "resnet20"
    events = list(job.events())
    assert [event.data["to"] for event in events if event.type == "state"][-2:] == ["finalizing", "succeeded"]
    later = list(job.events(after=events[3].id))
    assert [event.id for event in later] == [event.id for event in events[4:]]
    assert [event.id for event in job.events(follow=False)] == [event.id for event in events]
    lines = list(job.logs())
    assert lines[-1]["text"] == "succeeded"
    assert [line["id"] for line in job.logs(follow=True)] == [line["id"] for line in lines]
    assert next(job.attempts())["number"] == 1
    assert job.explain()["state"] == "succeeded"


def test_metrics_are_a_frame(job: anneal.Job) -> None:
    frame = job.metrics()
    assert isinstance(frame, pandas.DataFrame) and frame.index.name == "step"
    assert frame["train/loss"].notna().all()
    assert list(job.metrics(["val/accuracy"])) == ["val/accuracy"]
    assert job.metrics(["val/accuracy"])["val/accuracy"].iloc[-1] == job.checkpoint("best").metrics["val/accuracy"]


def test_the_report_is_an_object_and_a_page(job: anneal.Job, tmp_path: Path) -> None:
    report = job.report()
    assert report["accuracy"] == job.accuracy and len(report["confusion"]) == 3
    assert "<html" in job.report_html()
    kinds = [artifact["kind"] for artifact in job.artifacts()]
    assert job.download_artifact(kinds[0], tmp_path).stat().st_size > 0


def test_a_checkpoint_is_downloaded_and_checked(client: anneal.Client, job: anneal.Job, tmp_path: Path) -> None:
    best = job.checkpoint("best")
    assert client.checkpoints.get(best.id).data == best.data
    path = best.download(tmp_path)
    assert path.stat().st_size == best.data["sizeBytes"]
    whole = path.read_bytes()
    partial = tmp_path / f".again.safetensors.{best.data['sha256'][:8]}.partial"
    partial.write_bytes(whole[:1000])
    assert best.download(tmp_path / "again.safetensors").read_bytes() == whole
    partial.write_bytes(b"x" * 1000)
    with pytest.raises(anneal.DownloadError):
        best.download(tmp_path / "again.safetensors")
    with pytest.raises(anneal.NotFoundError, match="best, last|last, best"):
        job.checkpoint("worst")


def test_a_checkpoint_in_torchvision_gives_the_probabilities_of_the_service(job: anneal.Job) -> None:
    best = job.checkpoint("best")
    model = best.load_torch()
    assert isinstance(model.module, torch.nn.Module) and set(best.state_dict()) <= set(model.module.state_dict())
    rng = random.Random(9)
    images = [picture(rng, colour) for colour in COLOURS.values()]
    served = best.predict_many(images, top=3, as_is=True)
    for image, prediction in zip(images, served, strict=True):
        own = model.predict(image)
        assert list(own)[0] == prediction["top"][0]["label"] == prediction["answer"]
        assert own == pytest.approx({each["label"]: each["probability"] for each in prediction["top"]}, abs=1e-4)
    # Larger ones are resized by different code, so that a few pixels differ by one.
    large = picture(rng, COLOURS["red"], side=50)
    served_large = {each["label"]: each["probability"] for each in best.predict(large, top=3)["top"]}
    assert model.predict(large) == pytest.approx(served_large, abs=0.02)


def test_torchvision_s_own_modules_take_the_weights(client: anneal.Client, dataset: anneal.Dataset) -> None:
    spec = {**SPEC, "model": {"name": "mobilenet_v2", "width": 0.35}, "budget": {"epochs": 1}}
    best = client.jobs.create(spec, dataset=dataset, name="mobilenet").wait().checkpoint("best")
    model = best.load_torch()
    assert type(model.module).__module__.startswith("torchvision.")
    image = picture(random.Random(5), COLOURS["green"])
    served = {each["label"]: each["probability"] for each in best.predict(image, as_is=True)["top"]}
    assert model.predict(image) == pytest.approx(served, abs=1e-4)


def test_images_are_predicted_from_anything(job: anneal.Job, folder: Path) -> None:
    best = job.checkpoint("best")
    path = next((folder / "red").iterdir())
    many = best.predict_many([path] * 17, top=1, logits=True)
    assert len(many) == 17 and len(many[0]["logits"]) == 3
    with open(path, "rb") as file:
        found = [best.predict(image)["top"] for image in (str(path), path.read_bytes(), file, Image.open(path))]
    assert found == [found[0]] * 4
    assert best.gradcam(path, class_="red")[1:4] == b"PNG"
    with pytest.raises(TypeError):
        best.predict(7)


def test_models_are_exported(job: anneal.Job, tmp_path: Path) -> None:
    best = job.checkpoint("best")
    assert best.export(tmp_path / "model.onnx", format="onnx").stat().st_size > 1000
    assert best.export_report(format="onnx")["metadata"]["labels"] == sorted(COLOURS)


def test_models_are_registered_promoted_and_asked(client: anneal.Client, job: anneal.Job, folder: Path) -> None:
    model = client.models.create("colours", description="Three colours.")
    assert model.register(job=job, description="The first.")["version"] == 1
    model.promote("champion", 1, reason="The only one.")
    assert model.refresh().aliases == {"champion": 1}
    path = next((folder / "blue").iterdir())
    answer = client.models.predict("colours@champion", [path, path], top=1)
    assert answer["model"]["version"] == 1 and len(answer["data"]) == 2
    assert model.predict(path, top=1) == answer["data"][0]
    assert model.checkpoint().id == model.version(1)["checkpoint"] == job.checkpoint("best").id
    assert "colours" in model.card(1)
    assert [promotion["alias"] for promotion in model.promotions()] == ["champion"]
    assert client.models.gradcam("colours:1", path)[1:4] == b"PNG"
    assert [found.name for found in client.models.list()] == ["colours"]
    with pytest.raises(anneal.ConflictError):
        client.models.create("colours")


def test_a_worker_predicts_a_data_set(client: anneal.Client, job: anneal.Job, dataset: anneal.Dataset, tmp_path: Path) -> None:
    batch = client.predictions.create(checkpoint=job.checkpoint("best"), dataset=dataset, split="test", top=1).wait()
    rows = batch.rows()
    assert len(rows) == 9 and {row["label"] for row in rows} == set(COLOURS)
    assert len(batch.download(tmp_path).read_text().splitlines()) == 9
    assert [found.id for found in client.predictions.list()] == [batch.id]
    table = client.predictions.create(checkpoint=job.checkpoint("best"), dataset=dataset, split="test", format="csv").wait()
    assert len(table.rows()) == 9
    table.delete()
    with pytest.raises(anneal.NotFoundError):
        table.refresh()


def test_jobs_are_forked_paused_canceled_and_compared(client: anneal.Client, job: anneal.Job, dataset: anneal.Dataset) -> None:
    fork = job.fork({"schedule": {"learningRate": 0.01}}, tags=["forked"])
    assert fork.data["forkOf"] is not None and fork.data["forkOf"]["job"] == job.id
    assert "/schedule/learningRate" in [difference["pointer"] for difference in fork.diff()["differences"]]
    assert client.jobs.compare(job, fork.wait())["images"] == 9
    long = {**SPEC, "budget": {"epochs": 5000}}
    other = client.jobs.create(long, dataset=dataset, name="long", priority=5, max_run_seconds=600)
    assert other.update(notes="Goes on.", tags=["long"]).tags == ["long"]
    assert other.pause().state in ("pausing", "paused")
    while other.refresh().state != "paused":
        time.sleep(0.1)
    with pytest.raises(anneal.WrongStateError):
        other.pause()
    assert other.resume().state == "queued"
    other.cancel()
    with pytest.raises(anneal.JobFailedError) as caught:
        other.wait()
    assert caught.value.state == "canceled"
    assert other.wait(check=False).data["maxRunSeconds"] == 600
    assert fork.id in [found.id for found in client.jobs.list(tags=["forked"])]
    assert job.spec in [listed.spec for listed in client.jobs.list(name="first", include_spec=True)]
    with pytest.raises(AttributeError, match="refresh"):
        next(client.jobs.list()).spec
    assert client.jobs.batch("tag", [job, fork], tags=["pair"])[0]["error"] is None
    other.delete()


def test_sweeps_find_the_best_of_their_trials(client: anneal.Client, dataset: anneal.Dataset) -> None:
    sweep = client.sweeps.create(
        {**SPEC, "budget": {"epochs": 1}}, dataset=dataset, kind="grid", space={"/schedule/learningRate": {"values": [0.001, 0.1]}}, name="rates"
    ).wait()
    trials = sweep.trials()
    best = sweep.best_job()
    assert len(trials) == 2 and best is not None and best.id in [trial["job"] for trial in trials]
    assert "<svg" in sweep.chart()
    assert [found.id for found in client.sweeps.list(dataset=dataset)] == [sweep.id]


def test_the_team_sees_what_it_uses(client: anneal.Client, job: anneal.Job) -> None:
    assert client.team.quota()["runningJobs"]["used"] is not None
    assert sum(row["deviceSeconds"] for row in client.team.usage(by=["day", "job"])) > 0
    assert sum(row["sizeBytes"] for row in client.team.storage(by="kind")) > 0


def test_another_key_is_refused(client: anneal.Client) -> None:
    with anneal.Client(client.url, "ak_nothing") as stranger, pytest.raises(anneal.AuthenticationError):
        stranger.team.get()


def test_the_same_with_await(client: anneal.Client, dataset: anneal.Dataset, job: anneal.Job, tmp_path: Path) -> None:
    async def main() -> None:
        root = write_classes(tmp_path / "async", 12, seed=6)
        with cutting_proxy(client.url, [20_000]) as url:
            async with anneal.AsyncClient(url, client._transport.api_key) as over_proxy:
                uploaded = await over_proxy.datasets.upload(root, state_folder=tmp_path)
                assert uploaded.classes == sorted(COLOURS)
        async with anneal.AsyncClient(client.url, client._transport.api_key) as other:
            mine = await other.jobs.create(SPEC, dataset=dataset.ref, name="async")
            types_seen, ended = await asyncio.gather(_types(mine), mine.wait())
            assert ended.state == "succeeded" and {"state", "metrics", "checkpoint"} <= types_seen
            assert (await ended.metrics())["train/loss"].notna().all()
            best = await ended.checkpoint("best")
            model = await best.load_torch()
            image = picture(random.Random(7), COLOURS["blue"])
            served = {each["label"]: each["probability"] for each in (await best.predict(image, as_is=True))["top"]}
            assert model.predict(image) == pytest.approx(served, abs=1e-4)
            assert ended.id in [found.id async for found in other.jobs.list(state="succeeded")]
            with pytest.raises(anneal.NotFoundError):
                await other.jobs.get("job_000000000000000000000")

    asyncio.run(main())


async def _types(job: anneal.AsyncJob) -> set[str]:
    return {event.type async for event in job.events()}
