"""Folders on S3, through its own client and protocol; a server on this machine stands for Amazon's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ragkit import testing
from ragkit.errors import EndpointError, UsageError
from ragkit.kit import Kit
from tests.office_files import pdf, report

WANTED = "S3 needs a client and a server: pip install 'ragkit[test-s3]'"
s3fs = pytest.importorskip("s3fs", reason=WANTED)
moto = pytest.importorskip("moto.server", reason=WANTED)

DOCS = {
    "docs/": b"",
    "docs/a.md": b"# A\n\nAlpha.",
    "docs/sub/": b"",
    "docs/sub/deep/b & c+d#e?.md": b"# B\n\nBeta.",
    "docs/sub/report.pdf": pdf(report, title="Report"),
    "docs/film.mkv": b"\0",
    "other/c.md": b"# C\n\nGamma.",
}
URIS = [f"s3://bucket/docs/{name}" for name in ("a.md", "sub/deep/b & c+d#e?.md", "sub/report.pdf")]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    started = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    started.start()
    host, port = started.get_host_and_port()
    yield f"http://{host}:{port}"
    started.stop()


@pytest.fixture
def client(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """The bucket ``bucket`` with `DOCS`, and the environment in which a user would read it."""
    from botocore.session import Session

    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with closing(Session().create_client("s3")) as made:
        made.create_bucket(Bucket="bucket")
        for key, data in DOCS.items():
            made.put_object(Bucket="bucket", Key=key, Body=data)
        yield made
        for each in made.list_objects_v2(Bucket="bucket")["Contents"]:
            made.delete_object(Bucket="bucket", Key=each["Key"])


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with testing.kit(tmp_path / ".ragkit") as made:
        yield made


def uris(kit: Kit) -> list[str]:
    return [info.uri for info in kit.documents()]


def test_a_prefix_is_read_with_all_below_it(kit: Kit, client: Any) -> None:
    report = kit.ingest("s3://bucket/docs")
    assert (report.new, report.failed) == (3, ())
    assert [each.uri for each in report.unsupported] == ["s3://bucket/docs/film.mkv"]
    assert uris(kit) == URIS
    assert "the gardeners of the valley" in kit.document(URIS[2]).text
    assert kit.ingest(["s3://bucket/docs/", "s3://bucket/docs/a.md", "s3://bucket/docs/**/*.md"]).unchanged == 3
    assert kit.ingest("s3://bucket").new == 1


def test_one_process_sees_what_changed_since_its_last_run(kit: Kit, client: Any) -> None:
    kit.ingest("s3://bucket/docs")
    client.put_object(Bucket="bucket", Key="docs/a.md", Body=b"# A\n\nAgain.")
    client.put_object(Bucket="bucket", Key="docs/new.md", Body=b"New.")
    client.delete_object(Bucket="bucket", Key="docs/sub/report.pdf")
    foreseen = kit.ingest("s3://bucket/docs", prune=True, dry_run=True)
    assert uris(kit) == URIS
    report = kit.ingest("s3://bucket/docs", prune=True)
    for each in (foreseen, report):
        assert (each.new, each.changed, each.unchanged, each.removed) == (1, 1, 1, (URIS[2],))
    assert uris(kit) == [*URIS[:1], "s3://bucket/docs/new.md", URIS[1]]
    assert kit.document(URIS[0]).text.endswith("Again.")


@pytest.mark.parametrize("address", ["s3://nobucket", "s3://nobucket/docs", "s3://bucket/nowhere", "s3://bucket/do"])
def test_what_is_missing_is_refused_and_nothing_is_made(kit: Kit, client: Any, address: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Alpha.", encoding="utf-8")
    for dry_run in (True, False):
        with pytest.raises(UsageError, match=rf"^There is nothing at {address}\. Check the address\.$"):
            kit.ingest([tmp_path / "a.md", address], prune=True, dry_run=dry_run)
    assert not (tmp_path / ".ragkit").exists()


def test_without_credentials_the_remedy_is_named_and_nothing_lost(
    kit: Kit, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.ingest("s3://bucket/docs")
    before = kit.status()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(
        EndpointError, match=r"s3://bucket/docs cannot be listed: .*credentials\. Set AWS_ACCESS_KEY_ID"
    ):
        kit.ingest("s3://bucket/docs", prune=True)
    assert (uris(kit), kit.status()) == (URIS, before)


def test_what_may_not_be_read_fails_by_name_and_stays(kit: Kit, client: Any) -> None:
    kit.ingest("s3://bucket/docs")
    client.put_object(Bucket="bucket", Key="docs/a.md", Body=b"Again.")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/docs/a.md"}
    client.put_bucket_policy(Bucket="bucket", Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    report = kit.ingest("s3://bucket/docs", prune=True)
    assert (report.unchanged, report.removed, uris(kit)) == (2, (), URIS)
    assert [each.uri for each in report.failed] == URIS[:1]
    assert report.failed[0].reason.endswith("Check that your credentials may read it.")
    client.delete_bucket_policy(Bucket="bucket")
    assert kit.ingest("s3://bucket/docs").changed == 1


def test_a_server_that_is_down_is_named_and_nothing_lost(
    kit: Kit, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.ingest("s3://bucket/docs")
    before = kit.status()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(EndpointError, match=r'"http://127\.0\.0\.1:9/bucket/docs"\. Check the address'):
        kit.ingest("s3://bucket/docs", prune=True)
    assert (uris(kit), kit.status()) == (URIS, before)
