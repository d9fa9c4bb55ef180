"""Attachments of messages, properties of documents as metadata, and readers that others add."""

from __future__ import annotations

import base64
import email
import logging
import sys
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from importlib.metadata import EntryPoint
from pathlib import Path

import docx
import pytest

from ragkit import testing
from ragkit.errors import SourceError
from ragkit.ingest import read as reading
from ragkit.ingest import readers
from ragkit.ingest.find import find_sources
from ragkit.ingest.readers import media_type_of, reader_for, target_of
from ragkit.kit import Kit
from ragkit.types import Document, Metadata, Source, heading_path
from tests.office_files import CSV, DOCX, HTML, MARKDOWN, mail, pdf, report, saved
from tests.open_files import picture, zipped


def read(media_type: str, data: bytes) -> Document:
    return reader_for(media_type).read(Source("folder/file", None, media_type, len(data)), data)


def with_attachments(*parts: tuple[str, bytes], inner: bytes = b"") -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = "Figures", "ada@example.org"
    message.set_content("See below.\n")
    for name, data in parts:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    if inner:
        message.add_attachment(email.message_from_bytes(inner, policy=policy.default))
    return bytes(message)


def test_attachments_are_read_by_their_own_readers_under_their_names() -> None:
    document = read("message/rfc822", with_attachments(("r.pdf", pdf(report)), ("r.csv", CSV)))
    path = heading_path(document.headings, document.text.index("More tea"))
    assert path == ("Figures", "Attachment: r.pdf", "Annual report", "Outlook")
    assert "Ada | age: 36" in document.text
    assert heading_path(document.headings, document.text.index("Ada |")) == ("Figures", "Attachment: r.csv")
    assert (document.metadata["attachments"], document.lines, document.pages) == (2, (), ())
    assert "attachments_not_read" not in document.metadata


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.raw", b"\0\1", "there is no reader for application/octet-stream in a message"),
        ("a.zip", zipped({"a.md": "x"})[:-30], "is damaged"),
        ("a.docx", b"PK\x03\x04 broken", "is damaged"),
        ("a.json", b"{", "is not JSON"),
    ],
)
def test_an_attachment_that_cannot_be_read_costs_itself_alone(name: str, data: bytes, reason: str) -> None:
    document = read("message/rfc822", with_attachments((name, data), ("after.txt", b"Still here.")))
    assert f"Attachment {name} (application/octet-stream) was not read: " in document.text
    assert reason in document.text
    assert document.text.endswith("Still here.")
    assert (document.metadata["attachments"], document.metadata["attachments_not_read"]) == (2, 1)


def test_what_is_not_read_within_an_attachment_is_named_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    inner = with_attachments(("scan.pdf", picture("PDF", pages=2)), ("a.png", picture("PNG")), ("a.zip", b"PK\x03\x04"))
    assert [(part.what.partition(": reading")[0], part.needs) for part in read("message/rfc822", inner).unread] == [
        ("scan.pdf: pages 1-2", "tesseract"),
        ("attachment a.png", "tesseract"),
        ("attachment a.zip: folder/file/a.zip is damaged: File is not a zip file", ""),
    ]
    [first, *_] = read("message/rfc822", with_attachments(inner=inner)).unread
    assert first.what.startswith("Figures: scan.pdf: pages 1-2: ")


def test_the_files_in_an_attached_archive_are_read_each_under_its_name() -> None:
    inner = zipped({"deep.csv": CSV})
    files = {"a/b.md": "# Plan\n\nMore tea", "c.raw": b"\0\1", "in.zip": inner, "__MACOSX/._b.md": b"\0", "d.json": "{"}
    mailbox = b"From ada@example.org Tue May  2 10:00:00 2023\n" + mail(attach=False)
    document = read("message/rfc822", with_attachments(("a.zip", zipped(files)), ("in.mbox", mailbox)))
    path = heading_path(document.headings, document.text.index("More tea"))
    assert path == ("Figures", "Attachment: a.zip/a/b.md", "Plan")
    assert heading_path(document.headings, document.text.index("Ada |"))[-1] == "Attachment: a.zip/in.zip/deep.csv"
    assert (
        "Attachment a.zip/c.raw (unknown) was not read: there is no reader for unknown in a message." in document.text
    )
    assert "d.json is not JSON" in document.text
    assert "MACOSX" not in document.text
    assert "the book is safe." in document.text
    assert (document.metadata["attachments"], document.metadata["attachments_not_read"]) == (2, 1)


def test_archives_in_messages_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({"in.md": "x"})
    for _ in range(4):
        data = zipped({"in.zip": data})
    assert "it is an archive in 4 others." in read("message/rfc822", with_attachments(("a.zip", data))).text
    monkeypatch.setattr("ragkit.ingest.readers.mail._MAX_UNPACKED", 5)
    text = read("message/rfc822", with_attachments(("a.zip", zipped({"a.md": "tea", "b.md": "cocoa"})))).text
    assert "tea" in text
    assert "a.zip holds more than 1,000 files or 0 MiB; what follows was left out." in text


def test_messages_in_messages_are_read_up_to_a_depth() -> None:
    document = read("message/rfc822", with_attachments(inner=mail(attach=False)))
    assert "the book is safe." in document.text
    data = mail(attach=False)
    for _ in range(6):
        data = with_attachments(inner=data)
    assert "it is a message in 4 others" in read("message/rfc822", data).text


def test_each_message_in_a_message_is_read_under_its_subject() -> None:
    data = b"Subject: First\n\nThe first.\n"
    for subject, text in (("Second", "The second.\n"), ("Third", "The third.\n")):
        message = EmailMessage()
        message["Subject"] = subject
        message.set_content(text)
        message.add_attachment(email.message_from_bytes(data, policy=policy.default))
        data = bytes(message)
    document = read("message/rfc822", data)
    for text in ("The first.", "The second.", "The third."):
        assert document.text.count(text) == 1
    path = heading_path(document.headings, document.text.index("The first."))
    assert path == ("Third", "Attachment: Second", "Second", "Attachment: First", "First")
    assert "attachments_not_read" not in document.metadata


@pytest.mark.parametrize("depth", [150, 900, 5_000])
@pytest.mark.parametrize("part", ['multipart/mixed; boundary="{0}"\n\n--{0}\n', "message/rfc822\n\n"])
def test_parts_that_are_nested_too_deeply_are_refused_by_name(part: str, depth: int) -> None:
    nested = "".join(f"Content-Type: {part.format(f'b{number}')}" for number in range(depth))
    with pytest.raises(SourceError, match="folder/file is refused: its parts are nested more than 100 deep"):
        read("message/rfc822", f"Subject: Deep\n{nested}Content-Type: text/plain\n\nHello.".encode())


def mixed(kind: str, *parts: str) -> str:
    """A multipart of parts that begin with their ``Content-Type``."""
    mark = f"={kind}{len(''.join(parts))}"
    inner = "".join(f"--{mark}\nContent-Type: {part}\n" for part in parts)
    return f'multipart/{kind}; boundary="{mark}"\n\n{inner}--{mark}--\n'


PLAIN = "text/plain\n\nHello."
TOLD = "text/plain\n\nHello Bob."
RICH = "text/html\n\n<p>Hello <b>Bob</b>.</p>"
AFTER = "text/html\n\n<p>Yours, Ada</p>"
FOOTER = "text/plain\nContent-Disposition: inline\n\nTo leave the list"
FILE = "text/csv\nContent-Disposition: attachment; filename=a.csv\n\nname,age\nAda,36"
INLINE = 'text/plain; name="a.txt"\nContent-Disposition: inline\n\nname'
UNREAD_RTF = (
    "Attachment: without a name\n\nAttachment without a name (text/rtf) was not read: "
    "there is no reader for text/rtf in a message."
)
READ = "Attachment: a.csv\n\nname | age\nAda | age: 36"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (mixed("mixed", RICH, FOOTER), "Hello Bob.\n\nTo leave the list"),
        (mixed("mixed", mixed("alternative", TOLD, RICH), FOOTER), "Hello Bob.\n\nTo leave the list"),
        (mixed("alternative", TOLD, mixed("mixed", RICH, FILE, AFTER)), f"Hello Bob.\n\nYours, Ada\n\n{READ}"),
        (mixed("alternative", mixed("mixed", RICH, FILE, AFTER)), f"Hello Bob.\n\nYours, Ada\n\n{READ}"),
        (mixed("alternative", "text/plain\n\n", RICH), "Hello Bob."),
        (mixed("alternative", RICH, "text/calendar\n\nSUMMARY:Tea"), "Hello Bob.\n\nSUMMARY:Tea"),
        (mixed("mixed", mixed("alternative", TOLD, mixed("related", RICH, FILE))), f"Hello Bob.\n\n{READ}"),
        (mixed("alternative", "text/plain\n\nShown as HTML.", RICH), "Shown as HTML.\n\nHello Bob."),
        (mixed("alternative", TOLD, "text/html\n\n<p>Hello Bob.<p>It is 300 EUR."), "Hello Bob.\n\nIt is 300 EUR."),
        (mixed("alternative", TOLD, "text/x-amp-html\n\n<html amp4email><p>Hello Bob</p>"), "Hello Bob."),
        (mixed("alternative", TOLD, "text/rtf\n\n{\\rtf1 Hello}"), f"Hello Bob.\n\n{UNREAD_RTF}"),
        (
            mixed("alternative", TOLD, "text/html\n\n{\\rtf1 Hello}"),
            f"Hello Bob.\n\n{UNREAD_RTF}".replace("/rtf", "/html"),
        ),
        (mixed("related", FILE, RICH).replace(";", "; start=1;", 1).replace("/html\n", "/html\nContent-ID: 1\n"), ""),
        (mixed("signed", mixed("mixed", PLAIN, FILE)), f"Hello.\n\n{READ}"),
        (mixed("mixed", PLAIN, INLINE), "Hello.\n\nAttachment: a.txt\n\nname"),
        (mixed("mixed", INLINE), "name"),
        (FILE, READ),
        ("text/csv\n\nname,age", "name,age"),
        ("multipart/mixed\n\nHello.", "Hello."),
        ("multipart/mixed; boundary=gone\n\nHello.", "Hello."),
    ],
)
def test_each_part_of_a_message_is_in_its_body_or_attached(content: str, text: str) -> None:
    document = read("message/rfc822", f"Subject: Figures\nContent-Type: {content}".encode())
    assert document.text.partition("\n\n")[2] == (text or f"Hello Bob.\n\n{READ}")


@pytest.mark.parametrize("left_out", [0, 1, 2, 3, 4, 6, 7])
@pytest.mark.parametrize("about", ["text/plain", "text/plain; name=x.txt", "text/csv; name=x.csv"])
def test_a_part_that_is_cut_off_is_read_up_to_there_and_named(about: str, left_out: int) -> None:
    encoded = base64.encodebytes(b"The mill was sold in 1802. " * 4).decode().strip()
    part = f"{about}\nContent-Transfer-Encoding: base64\n\n{encoded[: len(encoded) - left_out]}"
    whole = f"Subject: s\nContent-Type: {mixed('mixed', PLAIN, part)}"
    document = read("message/rfc822", (whole[: whole.rindex("\n--")] if left_out else whole).encode())
    text = document.text
    assert text.count("The mill was sold in 1802.") >= 3
    assert "VGhlIG1pbGw" not in text
    # nothing tells that base64 without its last four digits is not all
    is_damaged = bool(left_out % 4)
    assert ("is damaged: only what could be decoded was read." in text) == is_damaged == bool(document.unread)


def test_what_stands_behind_the_end_of_base64_is_named() -> None:
    encoded = base64.b64encode(b"Hello, Bob").decode()
    data = f"Subject: s\nContent-Transfer-Encoding: base64\n\n{encoded}\n____\nTo leave the list\n"
    assert read("message/rfc822", data.encode()).text.startswith("s\n\nHello, Bob\n\nPart text/plain is damaged")


def test_properties_of_office_documents() -> None:
    import datetime as dt

    letter = docx.Document()
    about = letter.core_properties
    about.title, about.author, about.language, about.keywords = "Plan", "Ada", "en", "tea; trees"
    about.created = dt.datetime(2023, 5, 1, 12, 0)  # noqa: DTZ001
    metadata = read(DOCX, saved(letter)).metadata
    assert {key: metadata[key] for key in ("title", "author", "language", "keywords", "created")} == {
        "title": "Plan",
        "author": "Ada",
        "language": "en",
        "keywords": "tea; trees",
        "created": "2023-05-01T12:00:00Z",
    }


@pytest.mark.parametrize(
    ("media_type", "data", "metadata"),
    [
        ("text/html", HTML, {"author": "Ada", "keywords": "tea, trees", "language": "en"}),
        ("text/markdown", MARKDOWN, {"title": "The plan", "tags": ["tea", "trees"]}),
        (
            "application/json",
            b'{"title": "Plan", "authors": ["Ada", "Bob"], "date": "2023-05-01", "tags": [{"a": 1}], "x": 1}',
            {"title": "Plan", "author": ["Ada", "Bob"], "created": "2023-05-01"},
        ),
    ],
)
def test_properties_of_text_formats(media_type: str, data: bytes, metadata: Metadata) -> None:
    assert read(media_type, data).metadata == metadata


def test_properties_of_a_pdf() -> None:
    metadata = read("application/pdf", pdf(report, title="The valley")).metadata
    assert (metadata["title"], metadata["created"], metadata["pages"]) == ("The valley", "2000-01-01", 2)


@pytest.fixture
def _plugin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    (tmp_path / "their_reader.py").write_text(
        "from ragkit.types import Document\nclass Shouting:\n    def read(self, source, data):\n"
        "        return Document(source.uri, data.decode().upper(), 'shouted', source.media_type)\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    point = EntryPoint("shout", "their_reader:Shouting", "ragkit.reader")
    monkeypatch.setattr(readers, "entry_points", lambda group: [point] if group == point.group else [])
    readers._plugins.cache_clear()
    reading.close()
    yield
    reading.close()
    readers._plugins.cache_clear()
    sys.modules.pop("their_reader", None)


@pytest.mark.usefixtures("_plugin")
def test_a_plugin_reads_files_of_its_suffix_in_the_worker(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.SHOUT").write_bytes(b"hello")
    (source,) = find_sources([tmp_path / "docs"], base=tmp_path).sources
    assert source.media_type == "application/x-shout"
    document = reading.read(source, reading.load(source))
    assert (document.text, document.title) == ("HELLO", "shouted")
    assert "their_reader" not in sys.modules


def write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


CARELESS = """
from ragkit.types import Document
class Shouting:
    def read(self, source, data):
        return Document("mine", data.decode().lower(), media_type="text/x-mine")
"""
FAILING = """
class Shouting:
    def read(self, source, data):
        raise KeyError("oops")
"""


@pytest.mark.usefixtures("_plugin")
def test_what_a_plugin_reads_settles_until_its_package_changes(tmp_path: Path) -> None:
    def anew() -> Kit:
        # as another process finds things
        readers._plugins.cache_clear()
        reading.close()
        return testing.kit(tmp_path / ".ragkit")

    write(tmp_path / "docs" / "a.shout", "Hello there")
    with anew() as kit:
        assert (kit.ingest(tmp_path / "docs").new, kit.ingest(tmp_path / "docs").unchanged) == (1, 1)
    write(tmp_path / "their_reader.py", CARELESS)
    with anew() as kit:
        assert (kit.ingest(tmp_path / "docs").changed, kit.ingest(tmp_path / "docs").unchanged) == (1, 1)
        document = kit.document("docs/a.shout")
        assert (document.text, document.media_type) == ("hello there", "application/x-shout")
        assert [line for line in kit.prove() if any(each.level == "error" for each in line.findings)] == []


@pytest.mark.usefixtures("_plugin")
def test_a_plugin_that_fails_is_named_and_debugged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path / "their_reader.py", FAILING)
    write(tmp_path / "docs" / "a.shout", "hello")
    with testing.kit(tmp_path / ".ragkit") as kit, caplog.at_level(logging.DEBUG):
        given = [tmp_path / "docs", Document("b.shout", "Hello"), Document("c.shout", "Hello", media_type="text/plain")]
        assert [each.uri for each in kit.ingest(given[1:], dry_run=True).failed] == ["b.shout"]
        failed = {each.uri: each.reason for each in kit.ingest(given).failed}
    assert sorted(failed) == ["b.shout", "docs/a.shout"]
    assert "Ask whoever made its reader, their_reader:Shouting, or leave it out." in failed["docs/a.shout"]
    assert failed["b.shout"].endswith("To take the text as it is, give it the media type text/plain.")
    assert 'their_reader.py", line 4, in read' in caplog.text


def test_a_suffix_of_the_table_stays_with_its_format(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "_plugins", lambda: {"md": "their_reader:Shouting"})
    assert target_of(media_type_of("a.md") or "") == "ragkit.ingest.readers.markdown:MarkdownReader"


def test_a_plugin_that_is_not_there() -> None:
    assert media_type_of("a.shout") is None
    with pytest.raises(SourceError, match="no reader for application/x-shout"):
        target_of("application/x-shout")
