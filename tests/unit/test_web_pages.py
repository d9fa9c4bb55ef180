"""Web pages: only what is allowed is fetched, and only what has changed is sent."""

from __future__ import annotations

import gzip
import ipaddress
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpcore
import httpx
import pytest

from ragkit import testing
from ragkit.errors import UsageError
from ragkit.ingest import guard, web
from ragkit.ingest.report import IngestReport
from ragkit.ingest.robots import Robots
from ragkit.kit import Kit
from tests.web_server import Page, Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as made:
        yield made


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with testing.kit(tmp_path / ".ragkit", settings={"ingest.allow_private": True, "ingest.max_file_mb": 1}) as made:
        yield made


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Kit]:
    with testing.kit(tmp_path / ".guarded") as made:
        yield made


def uris(kit: Kit) -> list[str]:
    return [info.uri for info in kit.documents()]


def reason(report: IngestReport) -> str:
    (failure,) = report.failed
    return failure.reason


def test_a_page_is_taken_in_with_its_title_under_its_address(kit: Kit, site: Site) -> None:
    site.html("/guide", "Guide", "The valve opens at nine bar.")
    report = kit.ingest(site.url("/guide#valve"))
    assert (report.new, report.failed) == (1, ())
    assert uris(kit) == [site.url("/guide")]
    document = kit.document(site.url("/guide"))
    assert (document.title, document.media_type) == ("Guide", "text/html")
    assert kit.search("valve bar")[0].chunk.uri == site.url("/guide")
    assert all(agent.startswith("ragkit/") for agent in site.agents)


def test_what_has_not_changed_is_not_sent_again(kit: Kit, site: Site) -> None:
    site.html("/a", "A", "First.", etag='"1"')
    kit.ingest(site.url("/a"))
    assert kit.document(site.url("/a")).metadata["etag"] == '"1"'
    assert kit.ingest(site.url("/a")).unchanged == 1
    assert site.sent.count("/a") == 1
    site.html("/a", "A", "Second.", etag='"2"')
    assert kit.ingest(site.url("/a")).changed == 1
    assert "Second." in kit.document(site.url("/a")).text


def test_a_page_without_a_tag_is_compared_by_content(kit: Kit, site: Site) -> None:
    site.html("/a", "A", "First.")
    kit.ingest(site.url("/a"))
    report = kit.ingest(site.url("/a"))
    assert (report.unchanged, report.embedded, site.sent.count("/a")) == (1, 0, 2)


def test_new_labels_of_a_page_are_stored_although_it_has_not_changed(kit: Kit, site: Site) -> None:
    site.html("/a", "A", "First.", etag='"1"')
    kit.ingest(site.url("/a"), principals=["hr"])
    report = kit.ingest(site.url("/a"), principals=["all"])
    assert (report.changed, report.embedded) == (1, 0)
    assert kit.document(site.url("/a")).principals == ("all",)
    assert kit.ingest(site.url("/a")).unchanged == 1
    assert kit.document(site.url("/a")).principals == ("all",)


def test_redirects_end_at_the_final_address_and_have_an_end(kit: Kit, site: Site) -> None:
    site.html("/new", "New", "Here.")
    site.pages["/old"] = Page(status=301, headers={"Location": "/new#part"})
    site.pages["/loop"] = Page(status=302, headers={"Location": "/loop"})
    site.pages["/file"] = Page(status=302, headers={"Location": "file:///etc/passwd"})
    site.pages["/odd"] = Page(status=302, headers={"Location": "http://[half"})
    assert kit.ingest([site.url("/old"), site.url("/new")]).found == 1
    assert uris(kit) == [site.url("/new")]
    assert "redirects more than" in reason(kit.ingest(site.url("/loop")))
    assert "redirects to 'http://[half'" in reason(kit.ingest(site.url("/odd")))
    assert "not an address of the web" in reason(kit.ingest(site.url("/file")))


def test_a_page_that_is_gone_is_removed_by_prune_alone(kit: Kit, site: Site) -> None:
    site.html("/a", "A", "First.")
    kit.ingest(site.url("/a"))
    del site.pages["/a"]
    report = kit.ingest(site.url("/a"))
    assert (report.removed, report.pruned, uris(kit)) == ((site.url("/a"),), False, [site.url("/a")])
    assert kit.ingest(site.url("/a"), prune=True).removed == (site.url("/a"),)
    assert uris(kit) == []
    assert "answered 404" in reason(kit.ingest(site.url("/never")))


def test_one_page_that_fails_does_not_lose_its_neighbours(kit: Kit, site: Site) -> None:
    site.html("/a", "A", "First.")
    site.pages["/broken"] = Page(b"oops", status=500)
    site.html("/z", "Z", "Last.")
    report = kit.ingest([site.url("/a"), site.url("/broken"), site.url("/z"), "http://127.0.0.1:9/none"])
    assert (report.new, len(report.failed)) == (2, 2)
    assert {failure.uri for failure in kit.status().failures} == {site.url("/broken"), "http://127.0.0.1:9/none"}
    site.html("/broken", "B", "Mended.")
    assert kit.ingest(site.url("/broken")).new == 1
    assert [failure.uri for failure in kit.status().failures] == ["http://127.0.0.1:9/none"]
    line = next(line for line in kit.prove() if line.what.startswith("addresses"))
    assert (line.looked, [finding.what.split()[0] for finding in line.findings]) == (4, ["http://127.0.0.1:9/none"])


def test_pages_do_not_vanish_when_folders_are_pruned(kit: Kit, site: Site, tmp_path: Path) -> None:
    site.html("/a", "A", "First.")
    kit.ingest(site.url("/a"))
    (tmp_path / "b.md").write_text("Beta.", encoding="utf-8")
    assert kit.ingest(tmp_path, prune=True).removed == ()
    assert uris(kit) == ["b.md", site.url("/a")]


def test_robots_are_respected_also_after_a_redirect(kit: Kit, site: Site) -> None:
    site.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /secret", "text/plain")
    site.html("/secret", "S", "Hidden.")
    site.html("/open", "O", "Seen.")
    site.pages["/door"] = Page(status=302, headers={"Location": "/secret"})
    report = kit.ingest([site.url("/secret"), site.url("/open"), site.url("/door")])
    assert (report.new, len(report.failed)) == (1, 2)
    assert all("robots.txt" in failure.reason for failure in report.failed)
    assert "/secret" not in site.asked
    assert site.asked.count("/robots.txt") == 1


def allowed(rules: str | bytes, *paths: str) -> list[str]:
    """Those of the paths that a robots.txt lets ragkit read."""
    body = rules.encode() if isinstance(rules, str) else rules
    robots = Robots("ragkit", lambda url: (200, body))
    return [path for path in paths if robots.allow(httpx.URL(f"https://example.org{path}"))]


@pytest.mark.parametrize(
    ("rules", "allows", "forbids"),
    [
        ("Allow: /a\nDisallow: /a/b", ["/a", "/a/x"], ["/a/b", "/a/b/c"]),
        ("Disallow: /a\nAllow: /a/b", ["/a/b", "/b"], ["/a", "/a/x"]),
        ("Disallow: /a\nAllow: /a", ["/a", "/a/b"], []),
        ("Disallow: /*.gif$", ["/a.gif?x", "/a.gift"], ["/a.gif", "/b/c.gif"]),
        ("Disallow: /*/private*/x", ["/private/x", "/a/private"], ["/a/private/x", "/a/privately/to/x/y"]),
        ("Disallow: /a*bc*bc$", ["/abc", "/abcb"], ["/abcbc", "/a/bc/bc/bc"]),
        ("Disallow: /$", ["/a"], ["/"]),
        ("Disallow: /a?b=", ["/a", "/a?c="], ["/a?b=1"]),
        ("Disallow: *.php", ["/a.html"], ["/a.php", "/a.php5?x"]),
        ("Disallow: /a/%62%61%7A\nDisallow: /\N{KATAKANA LETTER TU}", ["/a/ba"], ["/a/baz", "/%E3%83%84"]),
        (
            "Disallow: /x?u=http://a\nDisallow: /%2a\nDisallow: /y%24",
            ["/b", "/y"],
            ["/x?u=http%3A%2F%2Fa", "/*", "/y$"],
        ),
        ("Disallow:", ["/", "/a"], []),
        ("Disallow: /a # why\n  DISALLOW :/b", ["/c"], ["/a", "/b"]),
    ],
)
def test_the_longest_rule_that_fits_decides(rules: str, allows: list[str], forbids: list[str]) -> None:
    assert allowed(f"User-agent: *\n{rules}", *allows, *forbids) == allows


@pytest.mark.parametrize(
    ("rules", "allows"),
    [
        ("User-agent: ragkit\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", ["/b", "/c"]),
        ("User-agent: RagKit/2.0\nDisallow: /a\nUser-agent: x\nDisallow: /b\nUser-agent: ragkit\nDisallow: /c", ["/b"]),
        ("User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /b\nUser-agent: *\nDisallow: /c", ["/b"]),
        ("User-agent: *\n\nDisallow: /a\n\nDisallow: /b\n\n", ["/c"]),
        ("User-agent: x\nSitemap: /s.xml\nUser-agent: ragkit\nDisallow: /a", ["/b", "/c"]),
        ("User-agent: rag\nUser-agent: ragkit-two\nDisallow: /", ["/a", "/b", "/c"]),
        ("Disallow: /\nUser-agent: *\nAllow: /", ["/a", "/b", "/c"]),
        ("\ufeffUser-agent: *\r\nDisallow: /a\rDisallow: /b", ["/c"]),
        ("", ["/a", "/b", "/c"]),
        (b"\xff\xfe\x00", ["/a", "/b", "/c"]),
    ],
)
def test_all_groups_of_a_robot_hold_together(rules: str | bytes, allows: list[str]) -> None:
    assert allowed(rules, "/a", "/b", "/c") == allows


@pytest.mark.parametrize(
    ("delay", "seconds"), [("2.5", 2.5), ("900", 10), ("-1", 0), ("nan", 0), ("inf", 0), ("soon", 0)]
)
def test_a_pause_is_a_number_of_seconds(delay: str, seconds: float) -> None:
    robots = Robots("ragkit", lambda url: (200, f"User-agent: *\nCrawl-delay: {delay}".encode()))
    assert robots.pause(httpx.URL("https://example.org/a")) == seconds


def test_a_site_whose_robots_cannot_be_had_is_left_alone(kit: Kit, site: Site) -> None:
    site.pages["/robots.txt"] = Page(b"", status=503)
    site.html("/a", "A", "First.")
    assert "its site's robots.txt cannot be had (answered 503)" in reason(kit.ingest(site.url("/a")))
    assert "robots.txt cannot be had (" in reason(kit.ingest("http://127.0.0.1:9/none"))


def test_a_pause_that_a_site_asks_for_is_kept(kit: Kit, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(web.time, "sleep", pauses.append)
    site.pages["/robots.txt"] = Page(b"User-agent: ragkit\nCrawl-delay: 7\n\nUser-agent: *\nDisallow: /", "text/plain")
    site.html("/a", "A", "First.")
    site.html("/b", "B", "Second.")
    assert kit.ingest([site.url("/a"), site.url("/b")]).new == 2
    assert len(pauses) == 1
    assert 0 < pauses[0] <= 7


def test_a_page_over_the_limit_is_refused_also_when_it_is_packed(kit: Kit, site: Site) -> None:
    site.pages["/big"] = Page(b"x" * (2**20 + 1), "text/plain")
    packed = gzip.compress(b"y" * 2**26)
    site.pages["/bomb"] = Page(packed, "text/plain", headers={"Content-Encoding": "gzip"})
    report = kit.ingest([site.url("/big"), site.url("/bomb")])
    assert ["the limit is 1.0 MiB" in failure.reason for failure in report.failed] == [True, True]


def test_a_page_that_trickles_is_given_up(kit: Kit, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "SECONDS", 0.5)

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        import time

        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b"x")
                time.sleep(0.05)
        except OSError:
            handler.close_connection = True

    site.pages["/slow"] = Page(write=trickle)
    assert "did not answer in time" in reason(kit.ingest(site.url("/slow")))


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (Page(b"# Head\n\nText.", "text/plain"), "text/markdown"),
        (Page(b'{"a": 1}', "application/vnd.x+json"), "application/json"),
        (Page("Grüße".encode("latin-1"), "text/plain; charset=iso-8859-1"), "text/markdown"),
    ],
    ids=["vague", "json", "charset"],
)
def test_what_a_page_is(kit: Kit, site: Site, page: Page, expected: str) -> None:
    site.pages["/notes.md"] = page
    kit.ingest(site.url("/notes.md"))
    document = kit.document(site.url("/notes.md"))
    assert document.media_type == expected
    if b"Gr" in page.body:
        assert document.text.strip() == "Grüße"


def test_a_type_without_a_reader_fails_by_name(kit: Kit, site: Site) -> None:
    site.pages["/film"] = Page(b"\x00\x01", "video/mp4")
    assert "video/mp4" in reason(kit.ingest(site.url("/film")))


def test_the_pages_of_a_sitemap(kit: Kit, site: Site) -> None:
    for name in ("a", "b", "c"):
        site.html(f"/{name}", name, f"Text of {name}.")
    urls = "".join(f"<url><loc>{site.url(path)}</loc></url>" for path in ("/a", "/b"))
    head = '<?xml version="1.0"?>'
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    site.pages["/one.xml.gz"] = Page(
        gzip.compress(f"{head}<urlset {space}>{urls}</urlset>".encode()), "application/gzip"
    )
    site.pages["/two.txt"] = Page(site.url("/c").encode(), "text/plain")
    maps = "".join(
        f"<sitemap><loc>{site.url(path)}</loc></sitemap>" for path in ("/one.xml.gz", "/two.txt", "/map.xml")
    )
    site.pages["/map.xml"] = Page(f"{head}<sitemapindex {space}>{maps}</sitemapindex>".encode(), "application/xml")
    report = kit.ingest(f"sitemap:{site.url('/map.xml')}", collection="site")
    assert (report.new, report.failed) == (3, ())
    assert {info.collection for info in kit.documents()} == {"site"}
    assert kit.ingest(f"sitemap:{site.url('/map.xml')}").unchanged == 3


def test_what_was_said_of_a_sitemap_holds_for_pages_that_it_lists_later(kit: Kit, site: Site) -> None:
    for name in ("a", "b"):
        site.html(f"/{name}", name, f"Text of {name}.")
    site.pages["/map.txt"] = Page(site.url("/a").encode(), "text/plain")
    kit.ingest(f"sitemap:{site.url('/map.txt')}", principals=["hr"])
    site.pages["/map.txt"] = Page(f"{site.url('/a')}\n{site.url('/b')}".encode(), "text/plain")
    for names in (f"sitemap:{site.url('/map.txt')}", site.url("/b"), f"sitemap:{site.url('/map.txt')}"):
        kit.ingest(names)
        assert [info.principals for info in kit.documents()] == [("hr",), ("hr",)]
    kit.ingest(site.url("/b"), principals=["staff"])
    assert kit.ingest(f"sitemap:{site.url('/map.txt')}").unchanged == 2
    assert [info.principals for info in kit.documents()] == [("hr",), ("staff",)]
    kit.ingest(f"sitemap:{site.url('/map.txt')}", principals=[])
    assert kit.ingest(site.url("/b")).unchanged == 1
    assert [info.principals for info in kit.documents()] == [(), ()]


def test_what_was_said_of_an_address_holds_wherever_it_leads(kit: Kit, site: Site) -> None:
    for name in ("v1", "v2"):
        site.html(f"/{name}", name, f"Text of {name}.")
        site.pages["/latest"] = Page(status=302, headers={"Location": f"/{name}"})
        kit.ingest(site.url("/latest"), principals=["hr"] if name == "v1" else None)
    assert [info.principals for info in kit.documents()] == [("hr",), ("hr",)]
    assert kit.ingest([site.url("/v2"), site.url("/latest")]).unchanged == 1


def test_what_is_no_sitemap_fails_by_name(kit: Kit, site: Site) -> None:
    site.html("/map.xml", "Not", "a map")
    report = kit.ingest([f"sitemap:{site.url('/map.xml')}", f"sitemap:{site.url('/none.xml')}"])
    assert [failure.uri for failure in report.failed] == [site.url("/map.xml"), site.url("/none.xml")]


def test_private_addresses_are_refused_before_anything_is_sent(guarded: Kit, site: Site) -> None:
    for host in ("127.0.0.1", "localhost"):
        report = guarded.ingest(site.url("/", host=host))
        assert "not a public address" in reason(report)
        assert "--allow-private" in reason(report)
    assert site.asked == []


def test_a_redirect_into_the_local_network_is_refused(
    guarded: Kit, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = guard.is_public
    monkeypatch.setattr(guard, "is_public", lambda address: str(address) == "127.0.0.1" or judge(address))
    site.pages["/out"] = Page(status=302, headers={"Location": site.url("/in", host="127.0.0.2")})
    assert reason(guarded.ingest(site.url("/out"))).startswith("127.0.0.2 is not a public address")
    assert "/in" not in site.asked


def test_the_address_that_was_judged_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that says something else the second time (DNS rebinding) is not asked a second time."""
    answers = iter(["93.184.216.34", "127.0.0.1"])
    asked: list[str] = []
    opened: list[str] = []

    def resolve(host: str, port: int, **more: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(self: object, host: str, *more: object) -> httpcore.NetworkStream:
        opened.append(host)
        raise httpcore.ConnectError("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    network = guard.Network(allow_private=False)
    with pytest.raises(httpcore.ConnectError):
        network.connect_tcp("rebind.test", 80)
    assert (asked, opened) == (["rebind.test"], ["93.184.216.34"])
    with pytest.raises(guard.RefusedAddress):
        network.connect_tcp("rebind.test", 80)
    assert opened == ["93.184.216.34"]


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255 224.0.0.1 ::1 :: "
    "fe80::1 fc00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1::1".split(),
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not guard.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert guard.is_public(ipaddress.ip_address(address))


def test_offline_refuses_addresses_by_name(tmp_path: Path) -> None:
    with testing.kit(tmp_path / ".ragkit", settings={"offline": True}) as kit:
        for address in ("https://example.org/a", "sitemap:https://example.org/map.xml", "s3://bucket/docs"):
            with pytest.raises(UsageError, match="offline") as caught:
                kit.ingest(address)
            assert address in str(caught.value)


def test_a_password_in_an_address_is_not_kept(kit: Kit, site: Site) -> None:
    site.html("/a", "A", "First.")
    kit.ingest(site.url("/a").replace("http://", "http://ada:secret@"))
    assert uris(kit) == [site.url("/a")]


def test_a_rehearsal_of_pages_writes_nothing(kit: Kit, site: Site) -> None:
    site.html("/a", "A", "First.")
    report = kit.ingest(site.url("/a"), dry_run=True)
    assert (report.new, report.rehearsal, kit.path.exists()) == (1, True, False)
