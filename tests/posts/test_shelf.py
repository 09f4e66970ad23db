"""Posts in a folder, in memory, and at a server that speaks S3: the same posts, each known to the next run."""

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from chatpaper.errors import BadOption, CannotWrite
from chatpaper.posts.shelf import Shelf
from tests.posts.fake import FakePipeline, order, records, run, written


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket, at a server on loopback."""
    pytest.importorskip("s3fs", reason="an optional extra")
    server = pytest.importorskip("moto.server", reason="nothing here that speaks S3")
    moto = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    url = "http://{}:{}".format(*moto.get_host_and_port())
    names = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in {"AWS_ENDPOINT_URL": url, "AWS_CONFIG_FILE": os.devnull, **names}.items():
        monkeypatch.setenv(name, value)
    with urlopen(Request(f"{url}/papers", method="PUT")) as made:  # no proxy on loopback
        assert made.status == 200
    yield "s3://papers"
    moto.stop()


def posted_twice(address: str, data: Path) -> Shelf:
    """Two runs, the second with one new paper."""
    fake = FakePipeline(records(2))
    first = written(run(fake, order(address), data))
    assert first.where
    assert first.where.startswith(str(Shelf(address)))
    fake.found = [*records(1, first=3), *fake.found]
    second = written(run(fake, order(address), data))
    assert (second.head.papers, second.head.left_out) == (("2404.00003v1",), 2)
    assert sorted(fake.paid) == ["2404.00001v1", "2404.00002v1", "2404.00003v1"]
    assert sorted(name for name, _ in Shelf(address).heads(10)) == sorted(
        where.removeprefix(f"{Shelf(address)}/") for where in (first.where, second.where or "")
    )
    return Shelf(address)


def test_an_object_store(bucket: str, tmp_path: Path) -> None:
    posted_twice(f"{bucket}/site/_posts", tmp_path)
    store = import_module("s3fs").S3FileSystem()
    names = [name.removeprefix("papers/site/_posts/") for name in store.find("papers/site/_posts")]
    assert len([n for n in names if n.endswith(".md")]) == 2
    assert len([n for n in names if n.endswith(".png")]) == 3
    assert len([n for n in names if n.endswith("papers.bib")]) == 2
    assert not [n for n in names if n.endswith(".part")]
    assert store.cat("papers/site/_posts/atom.xml").count(b"<entry>") == 2


def test_a_bucket_that_is_not_there(bucket: str, tmp_path: Path) -> None:
    fake = FakePipeline(records(1))
    assert bucket
    with pytest.raises((BadOption, CannotWrite)):
        run(fake, order("s3://somebody-else/x:y"), tmp_path)


def test_a_folder_by_its_address(tmp_path: Path) -> None:
    shelf = posted_twice(f"file://{tmp_path}/posts", tmp_path / "data")
    assert str(shelf) == str(Shelf(str(tmp_path / "posts"))) == f"{tmp_path}/posts"


def test_another_kind_of_store(tmp_path: Path) -> None:
    posted_twice("memory://shelf", tmp_path)


@pytest.mark.parametrize("address", ["nonsense://x", "git://x"])
def test_a_place_that_nobody_knows_is_said_before_anything_is_spent(address: str, tmp_path: Path) -> None:
    fake = FakePipeline(records(1))
    with pytest.raises(BadOption):
        run(fake, order(address), tmp_path)
    assert (fake.searches, fake.paid) == (0, [])


def test_a_place_that_cannot_be_written_loses_nothing(tmp_path: Path) -> None:
    fake = FakePipeline(records(2))
    (tmp_path / "file").write_text("x")
    with pytest.raises((BadOption, CannotWrite)):
        run(fake, order(tmp_path / "file" / "posts"), tmp_path / "data")
