"""Bytes to text: encodings, byte order marks, newlines, and the refusal of what is not text."""

import codecs
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.errors import SourceError
from ragkit.ingest.decode import decode, is_binary

GERMAN = (
    "Die Prüfung der Füllstände erfolgt täglich. Größere Abweichungen über fünf Prozent müssen gemeldet werden. " * 3
)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t")))
def test_utf8_comes_back_with_or_without_mark(text: str) -> None:
    assert decode(codecs.BOM_UTF8 + text.encode(), "a.txt") == text
    if not text.startswith("\ufeff"):
        assert decode(text.encode(), "a.txt") == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_byte_order_marks_tell_and_are_dropped(encoding: str) -> None:
    assert decode("Größe ∅\r\nx".encode(encoding), "a.txt") == "Größe ∅\nx"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        "Größe: 5 m\n\tx",
        "Ключ у сторожа.",
        "Το κλειδί – εδώ",
        "hi",
        "The sum is 5 \u20ac. 😀 " * 20,
        "Ābols\u200b" * 200_000,
    ],
)
def test_utf16_without_a_mark_is_told_by_its_zeros(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


@pytest.mark.parametrize(
    "data",
    [
        "a\0b".encode("utf-16-le"),
        "abc".encode("utf-16-le") + b"d",
        "ab\x01c".encode("utf-16-be"),
        bytes(range(1, 200)) + b"\0",
        struct.pack("<40H", *range(40)),
        struct.pack("<40I", *range(60, 100)),
        b"ab\0c",
        b"\0\1",
        b"tex\0more",
        "電池の 交換は".encode("utf-16-le"),
        b"a\0\0b" * 20,
        b"\0" * 20,
    ],
)
def test_other_zeros_are_binary(data: bytes) -> None:
    assert is_binary(data)
    with pytest.raises(SourceError, match="binary"):
        decode(data, "a.txt")


def test_newlines_become_line_feeds_and_form_feeds_stay() -> None:
    assert decode(b"a\r\nb\rc\nd\x0ce", "a.txt") == "a\nb\nc\nd\x0ce"


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_western_text_is_recognised(encoding: str) -> None:
    assert decode(GERMAN.encode(encoding), "a.txt") == GERMAN


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Der Schlüssel hängt in Raum 204. Café crème kostet 3 Euro."),
        ("cp1252", "Smörgåsbord på fredag för alla."),
        ("cp1252", "Price: £40 each."),
        ("cp1252", "The room costs € 80 per night."),
        ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy."),
        ("cp1251", "Ключ у сторожа."),
    ],
)
def test_a_few_words_are_read_in_the_commonest_encoding_that_fits(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


@pytest.mark.parametrize(
    "text",
    [
        "Kühlgerät Wartung: alle 3 Monate\n",
        "Kylskåp på våning två är fullt.",
        "Jäähdytyslaite päällä",
        "Temperature: 5 °C",
        "ÜBERGRÖSSE ÄÖÜ",
        "¿Cuándo llegará el camión?",
        "A refeição não está incluída.",
        "Køleskab på gulvet må ikke åbnes",
        "Þetta er ísskápur",
        "Müller, Zürich, and Réglé, naïve",
        "Maß ± 5 µm",
        "Réglé",
    ],
)
def test_western_text_of_a_few_words_is_no_other_script(text: str) -> None:
    assert decode(text.encode("cp1252"), "a.txt") == text
    assert decode(f"{text}\n".encode("latin-1") * 40, "a.txt") == f"{text}\n" * 40


OTHERS = {
    ("big5",): ("電池每兩年更換一次。請先關閉泵的電源，然後取下蓋子。詳細說明請參閱第十二頁的表格。"),
    ("gb18030", "gbk"): ("电池每两年更换一次。请先关闭泵的电源，然后取下盖子。详细说明请参阅第十二页的表格。"),
    (
        "shift_jis",
        "euc_jp",
    ): "水位計の設定を確認してください。電池の交換は二年ごとに行います。詳しくは表をご覧ください。",
    (
        "euc_kr",
        "cp949",
    ): "배터리는 2년마다 교체합니다. 먼저 펌프의 전원을 끄고 덮개를 여십시오. 자세한 내용은 12쪽의 표를 참조하십시오.",
    (
        "koi8_r",
        "cp1251",
        "iso8859_5",
    ): "Батарею меняют каждые два года. Сначала выключите насос и снимите крышку. См. стр. 12.",
    ("iso8859_7", "cp1253"): ("Η μπαταρία αλλάζει κάθε δύο χρόνια. Κλείστε πρώτα την αντλία και βγάλτε το κάλυμμα."),
    (
        "iso8859_2",
        "cp1250",
    ): "Baterię należy wymieniać co dwa lata. Najpierw wyłącz pompę i zdejmij pokrywę. Zob. tabelę.",
    (
        "cp1250",
        "iso8859_2",
    ): "Baterie se vyměňuje každé dva roky. Nejprve vypněte čerpadlo a sejměte víčko. Více v tabulce.",
    (
        "cp1254",
    ): "Pil iki yılda bir değiştirilir. Önce pompayı kapatın ve kapağı çıkarın. Ayrıntılar için tabloya bakın.",
}


@pytest.mark.parametrize(("encoding", "text"), [(each, text) for names, text in OTHERS.items() for each in names])
def test_a_few_sentences_in_another_script_or_alphabet_are_read_as_what_they_are(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


def test_japanese_text_is_recognised() -> None:
    text = "水位計の設定を確認してください。電池の交換は二年ごとに行います。" * 8
    assert decode(text.encode("shift_jis"), "a.txt") == text


def test_a_declared_encoding_is_tried_first_and_need_not_be_true() -> None:
    assert decode(b"\xa4", "a.html", "iso-8859-15") == "€"
    assert decode("Größe".encode(), "a.html", "us-ascii") == "Größe"
    assert decode("Größe".encode(), "a.html", "no-such-encoding") == "Größe"


def test_a_few_broken_bytes_do_not_make_utf8_another_encoding() -> None:
    data = (GERMAN * 20).encode() + "ü".encode()[:1]
    assert decode(data, "a.txt") == GERMAN * 20 + "\ufffd"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"text\0more", "NUL byte at offset 4"),
        (b"\x89PNG\r\n\x1a\n\x01\x02\x03\x04", "control characters"),
        (codecs.BOM_UTF8 + b"\xff\xfe\xfd", "starts as utf-8"),
        (rb"{\rtf1\ansi hello}", "RTF or PostScript"),
        (codecs.BOM_UTF8 + b"\n%!PS-Adobe-3.0\n", "RTF or PostScript"),
        (codecs.BOM_UTF16_LE + "a\0b".encode("utf-16-le"), "NUL"),
    ],
)
def test_binary_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        decode(data, "a.txt")
    assert "a.txt" in caught.value.message
    assert caught.value.hint


def test_bytes_of_no_encoding_are_refused() -> None:
    with pytest.raises(SourceError, match="cannot be told"):
        decode(bytes(range(128, 256)) * 8, "a.txt")


def test_coloured_logs_and_overstruck_manuals_are_text() -> None:
    assert decode(b"\x1b[31merror\x1b[0m N\x08NA\x08A", "a.log").startswith("\x1b[31merror")


def test_nothing_is_an_empty_text() -> None:
    assert decode(b"", "a.txt") == decode(codecs.BOM_UTF8, "a.txt") == ""
