"""HTML: only the main content, as it is seen, with the lines of the source."""

import time

import pytest

from ragkit.errors import SourceError
from ragkit.ingest.readers.html import HtmlReader
from ragkit.types import Document, Source, line_range, number_at


def read(html: str | bytes) -> Document:
    data = html if isinstance(html, bytes) else html.encode()
    return HtmlReader().read(Source("site/page.html", None, "text/html", len(data)), data)


PAGE = """\
<!DOCTYPE html>
<html><head><title>Leave policy - Fennmark</title><style>p {}</style></head>
<body>
<header><h1>Fennmark</h1></header>
<nav><ul><li>Home</li></ul></nav>
<main>
<h1>Leave
 policy</h1>
<p>Staff in <b>Ely</b> get
27&nbsp;days,<br>bank
holidays excluded.</p>
<script>alert("x")</script>
<ol start="3"><li>Ask</li><li><p>Wait</p><p>a week</p>
<ul>
<li>or two</li></ul></li></ol>
<table class="data"><caption>Days</caption>
<thead><tr><th>Office</th><th>Days</th></tr></thead>
<tr><td>Ely</td><td>27 <i>+ 8</i></td></tr>
<tr><td><p>Halifax</p><p>(HQ)</p></td><td>22</td></tr></table>
<pre>
  fenn leave
    --ask
</pre>
<dl><dt>Burrow</dt><dd>The HR system.</dd></dl>
text on its own <img src="a" alt="the logo">
<aside class="ad">Advert</aside><form><input value="q"></form>
</main>
<footer>Copyright</footer>
</body></html>
"""


def test_the_main_content_reads_as_it_is_seen() -> None:
    assert read(PAGE).text == (
        "Leave policy\n\n"
        "Staff in Ely get 27 days,\nbank holidays excluded.\n\n"
        "3. Ask\n4. Wait\n\n  a week\n\n  - or two\n\n"
        "Days\n\nOffice | Days\nEly | Days: 27 + 8\nHalifax (HQ) | Days: 22\n\n"
        "  fenn leave\n    --ask\n\n"
        "Burrow\n\nThe HR system.\n\n"
        "text on its own the logo"
    )


def test_blocks_and_title() -> None:
    document = read(PAGE)
    assert [block.kind for block in document.blocks] == (
        "heading paragraph item item paragraph item paragraph table code term paragraph paragraph".split()
    )
    assert document.title == "Leave policy"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("Leave", 7),
        ("policy", 8),
        ("Staff", 9),
        ("27 days", 10),
        ("bank", 10),
        ("holidays", 11),
        ("Ask", 13),
        ("a week", 13),
        ("or two", 15),
        ("Office", 17),
        ("Halifax", 19),
        ("fenn", 21),
        ("--ask", 22),
        ("Burrow", 24),
        ("text on", 25),
    ],
)
def test_every_word_knows_its_line(words: str, line: int) -> None:
    document = read(PAGE)
    assert number_at(document.lines, document.text.index(words)) == line


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<article><header><h2>T</h2></header>In</article>", "T\n\nIn"),
        ("<article>One</article><article>Two</article>", "One\n\nTwo"),
        ("<body><header><h1>Only</h1></header><p>Text</p>", "Only\n\nText"),
        ("<p>a</p><div role=navigation>b</div><p hidden>c</p><p aria-hidden=true>d</p>", "a"),
        ("<h2>Set up<a class=headerlink href=#x>¶</a></h2>", "Set up"),
        ("<form><h1>Page</h1><p>All of it</p></form>", "Page\n\nAll of it"),
        ("<form><div>All</div><table><tr><td>of</td><td>it</td></tr></table></form>", "All\n\nof | it"),
        ("<form><label>Search <input></label><button>Go</button></form>Text", "Text"),
        ("<div><p>A long text</p></div><article>Card</article>", "A long text\n\nCard"),
        ("<h2><button>How?</button></h2><p>So. <button>Copy</button></p>", "How?\n\nSo."),
        ("<dl><dt>0-99:</dt><dd>Ours.</dd><dt><code>::</code>:</dt><dd>Any.</dd></dl>", "0-99\n\nOurs.\n\n::\n\nAny."),
        ("<h2>How? <button>Copy</button></h2><dt><button><b>A</b> term</button></dt>", "How?\n\nA term"),
        ("<main>Text<aside class='callout warning'>Take care</aside></main>", "Text\n\nTake care"),
        ("a<!-- b -->c <span>d</span>e", "ac de"),
        ("<table><tr><td><ul><li>x</li></ul></td><td>y</td></tr></table>", "- x\n\ny"),
        (
            "<table><tr><th>Day<th>Tasks<tr><td>1<td><p>Now:</p><ul><li>count</li>\n<li>write</ul><tr><td>2<td>rest</table>",
            "Day | Tasks\nDay: 1 | Tasks: Now: count; write\nDay: 2 | Tasks: rest",
        ),
        ("<table><tr><td></td><th>A</th></tr><tr><th>x</th><td>1</td></tr></table>", "| A\nx | A: 1"),
        ("<table><thead><tr><td>A<td>B</thead><tr><td>x<td>1</table>", "A | B\nx | B: 1"),
        ("<table><tr><td></td></tr><tr><td>A</td><td>B</td></tr><tr><td>x<td>1</table>", "A | B\nx | 1"),
        ("<table><tr><td>a<table><tr><td>b</td><td>c</td></tr></table></td></tr></table>", "a\n\nb | c"),
        ("<p>never closed <b>bold<p>next", "never closed bold\n\nnext"),
        ("plain words &amp; &lt;tags&gt;", "plain words & <tags>"),
        ('<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><p>é</p></html>', "é"),
        ("<ol start='-1'><li>x<li>y</ol><ol start='many'><li>z</ol>", "-1. x\n0. y\n1. z"),
        ("<ol type=a start=3><li>x<li>y<ol type=I><li>z</ol><li value=27>w</ol>", "c. x\nd. y\n  I. z\naa. w"),
        ("<ol reversed><li>x<li>y</ol><ol reversed start=9><li>x<li type=i>y</ol>", "2. x\n1. y\n9. x\nviii. y"),
        ("<ol start=4><li>x<li value=9>y<li>z</ol><ul><li value=3>u</ul>", "4. x\n9. y\n10. z\n- u"),
        ("<ol style='list-style-type: upper-alpha'><li>x<li>y</ol>", "A. x\nB. y"),
        ("<li>stray", "- stray"),
        ("<p>It costs <del>50</del> <s>45</s> <ins>40</ins> euro.</p><del><p>Or 30.</p></del>", "It costs 40 euro."),
        ("a <strike>b</strike> <span style='color:red;text-decoration: underline line-through'>c</span> d", "a d"),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>を", "漢字(かんじ)を"),
        ("<ruby>漢字<rp>(<rt>かん<rt>じ<rp>)</ruby>を<ruby>読<rt></rt></ruby>む", "漢字(かんじ)を読む"),
        ("<ruby><rb>漢</rb><rtc><rt>かん</rt></rtc></ruby><p>x<rt>y</rt>z", "漢(かん)\n\nx(y)z"),
        (
            "<abbr title='Protective gear'>PG</abbr>. <abbr title='Protective gear'>PG</abbr>!",
            "PG (Protective gear). PG!",
        ),
        ("Protective gear (<abbr title='protective  gear'>PG</abbr>)", "Protective gear (PG)"),
        ("On <abbr title='2024-05-01'>May 1</abbr> the <abbr>AGM</abbr>", "On May 1 the AGM"),
        ("<table><tr><th><acronym title='Unit price'>UP</acronym><tr><td>5</table>", "UP (Unit price)\n5"),
        ("<pre>a\n\n\tb<br>c</pre>", "a\n\n\tb\nc"),
    ],
)
def test_pages_in_the_wild(html: str, text: str) -> None:
    assert read(html).text == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h1>Leave 2024</h1><p>From March.</p><main>In</main>", "Leave 2024\n\nFrom March.\n\nIn"),
        ("From March.<main>In</main><div>After</div>", "From March.\n\nIn\n\nAfter"),
        ("<main>One</main><main>Two</main><div role=main>Three</div>", "One\n\nTwo\n\nThree"),
        ("<main>One</main><main hidden>Two</main>", "One"),
        ("<h1>Site</h1><main><h1>Page</h1>In</main>", "Page\n\nIn"),
        ("<header><h1>Page</h1></header><main>In</main>", "Page\n\nIn"),
        ("<header><h1>T</h1><p>Ann</p></header><h1>One</h1>In", "T\n\nAnn\n\nOne\n\nIn"),
        (
            "<h1>Prices</h1><article><p>Intro</p></article><table><tr><td>Tea<td>5</table><ul><li>Free above 50</ul>",
            "Prices\n\nIntro\n\nTea | 5\n\n- Free above 50",
        ),
        ("<div><a>Home</a> <a>Docs</a> v1</div><main>In</main><ul><li><a>Next</a></ul>", "In"),
        ("<div>We use cookies. <button>Fine</button></div><main>In</main>", "In"),
        ("<div id=cookieBar>We use cookies.</div><main>In</main><div><p class=popup>Keys</p></div>", "In"),
        (
            "<div class='x breadcrumbs'>Home / Docs</div><article>All that is in</article>",
            "All that is in",
        ),
        (
            "<p>In</p><aside>Never open it.</aside><footer>Valid until May</footer>",
            "In\n\nNever open it.\n\nValid until May",
        ),
        ("<main>In</main><footer>Valid until May</footer>", "In\n\nValid until May"),
        ("<p>In</p><footer>Ely Ltd, <a>Imprint</a> | <a>Privacy</a></footer><footer>© Ely Ltd</footer>", "In"),
        ("<p>In</p><div class='footer-relations'><a>Next: Use</a></div><div class='footer'>© Ely Ltd</div>", "In"),
        ("<p>In</p><div class='card footer'>Valid until May</div>", "In\n\nValid until May"),
        ("<div class='page footer'><h1>In</h1>© Ely Ltd</div>", "In\n\n© Ely Ltd"),
        ("<main><blockquote>Said<footer>Ann</footer></blockquote></main>", "Said\n\nAnn"),
        ("<form><input type=hidden><div>All of it</div></form>", "All of it"),
        (f"<form>{'All of it ' * 20}<input></form>", " ".join(["All of it"] * 20)),
        ("<dialog>Menu</dialog><dialog open>In</dialog><dialog open id=cookies>We use them</dialog>", "In"),
        ("<div role=tabpanel hidden>In</div><p hidden=until-found>Folded</p>", "In\n\nFolded"),
        ("<noscript>Please enable JavaScript.</noscript><noscript><table><tr><td>In</table></noscript>", "In"),
        ("<x-a><template shadowrootmode=open>In</template></x-a><template>Out</template>", "In"),
        ("a <object data=x.svg>the <b>plan</b></object><map><p>b</p></map>", "a the plan\n\nb"),
        ("a\n<iframe srcdoc='<p>b <i>c</i></p>'>old</iframe>d<iframe src=x>old</iframe>", "a\n\nb c\n\nd"),
        ("a <svg><title>x</title><path/></svg>b", "a b"),
        (
            "a<svg><desc>x</desc><g><text>Go <tspan>on</tspan></text></g><text>End<tspan x=1>it</tspan></text></svg>",
            "a\n\nGo on\nEnd it",
        ),
        ("E is <math><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></math>.", "E is mc^2."),
        (
            "<math><mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><msub><mi>b</mi><mi>i</mi></msub></mfrac></math>",
            "(a+1)/(b_i)",
        ),
        ("<math><mtable><mtr><mtd>1</mtd><mtd>2</mtd></mtr><mtr><mtd>3</mtd></mtr></mtable></math>", "1 2; 3"),
        ("<math alttext='x'></math> <math><mi>y</mi><annotation>z</annotation></math>", "x y"),
        (
            "<math><mi>y</mi><annotation encoding='a/x-tex'>{\\displaystyle \\frac{1}{2}}</annotation></math>",
            "\\frac{1}{2}",
        ),
        (
            "a <script type='math/tex'>x^2</script> <b><math><mi>y</mi></math></b><script type='math/tex'>y</script>",
            "a x^2 y",
        ),
    ],
)
def test_content_is_told_from_the_site_around_it(html: str, text: str) -> None:
    assert read(html).text == text


FOOTER = "<footer><a href=1>Jobs</a> <a href=2>Press</a>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<footer>© Ely 2026. Contact us: Market House, Wexmoor</footer>", "Contact us: Market House, Wexmoor"),
        ("<footer><p>Founded 1987 by Edgar Pym. © 2026</footer>", "Founded 1987 by Edgar Pym."),
        (
            "<footer><p>© Ely <b>Ltd</b> 2026<br>Director: Ann Ely</p><p>All rights reserved.</footer>",
            "Director: Ann Ely",
        ),
        ("<footer>© 2026 Ely Ltd | Market House 3 | Wexmoor WX1 4AA</footer>", "Market House 3 | Wexmoor WX1 4AA"),
        ("<footer>© 2026 Ely, Market House, Wexmoor WX1 4AA</footer>", "© 2026 Ely, Market House, Wexmoor WX1 4AA"),
        ("<footer>© Ely 2026. Accessibility statement. Privacy.<p>Built with Sphinx.</p></footer>", ""),
        ("<footer>© Ely 2026. Ann Ely. <i>Mill</i> Road 3.</footer>", "Ann Ely. Mill Road 3."),
        ("<footer>© Ely <img alt=Logo> 2026<br>Mill Road 3</footer>", "Mill Road 3"),
        (
            "<footer>Ring <a href='tel:1'>960 114</a> or <a href='mailto:a@b.c'>write</a>.</footer>",
            "Ring 960 114 or write.",
        ),
        (
            (
                "<footer><ul><li><a>Jobs</a><li><a>Press</a></ul><address>Market House</address><p>On <a>X</a></p>"
                "<p>Ring 01632 960 114.</p><p>A charity that was founded in 1987.</p><p>Our theme</p></footer>"
            ),
            "Market House\n\nRing 01632 960 114.\n\nA charity that was founded in 1987.",
        ),
        (
            "<div role=contentinfo><a>Imprint</a><p>Open Monday to Friday, 9am to 5pm</p>Ely</div>",
            "Open Monday to Friday, 9am to 5pm",
        ),
        ("<div id=footer><a>Imprint</a><p>info@ely.org</p>Ely</div>", "info@ely.org"),
        ("<main>In</main><div>© Ely 2026. Director: Ann Ely.</div>", "In\n\nDirector: Ann Ely."),
        (
            (
                "<header><b>Ely</b><nav>Bins</nav><p>Open Mon–Fri 9.00–17.00</p><p class=cookie>Mon 5 to 6 pm</p>"
                "</header><main>In</main>"
            ),
            "Open Mon–Fri 9.00–17.00\n\nIn",
        ),
        ("<header role=banner><a>Home</a><h1>Page</h1></header><main>In</main>", "In"),
        ("<main>In</main><aside>Never open it. © Ely 2026</aside>", "In\n\nNever open it."),
        ("<aside class=sidebar><h3>Hours</h3><p>Sat 10 am to 4 pm</p><p>Tags</p></aside>", "Sat 10 am to 4 pm"),
        ("<p>In</p><p>Next in this book: <a rel=next>Use</a></p>", "In"),
        ("<aside class=ad>Ring 01632 960 114!</aside><nav>Ring 01632 960 114!</nav>In", "In"),
        ("<aside>Closed until 3 May.<button>Fine</button></aside>", "Closed until 3 May."),
        (
            "<div class=sidebar>Tags<div class=widget>Ring 01632 960 114<p>2024-05-01 12:30</div></div><main>In</main>",
            "Ring 01632 960 114\n\nIn",
        ),
        (
            (
                "<main>In</main><div class=page-footer><p>Charity no. 1234</p><p>Patron: Ann Lee</p>"
                "<p>Open all year, see the <a>map</a> and the <a>bus</a> times.</div>"
            ),
            "In\n\nCharity no. 1234\n\nPatron: Ann Lee\n\nOpen all year, see the map and the bus times.",
        ),
        (
            f"{FOOTER}<p>Charity no. 1234</p><p>Head: Ann Lee</p><p>By train or on foot, see the <a>map</a>.",
            "Charity no. 1234\n\nHead: Ann Lee\n\nBy train or on foot, see the map.",
        ),
        ("<header><a>Home</a><p>By Ann Lee, 3 May 2024</header><main>In</main>", "By Ann Lee, 3 May 2024\n\nIn"),
        (
            f"{FOOTER}<ul><li>Mon-Fri 9-5<li>Sunday closed<li>Emergency 112<li><a>Jobs</a><li>© Ely 2026</ul>",
            "- Mon-Fri 9-5\n- Sunday closed\n- Emergency 112",
        ),
        (
            f"{FOOTER}<table><tr><th>Mon-Fri<td>9 am - 5 pm<tr><th>Sun<td>closed</table>Ely",
            "Mon-Fri | 9 am - 5 pm\nSun | closed",
        ),
        (f"{FOOTER}<dl><dt>Monday<dd>9:00-17:00<dt>Lift<dd>Yes</dl>", "Monday\n\n9:00-17:00\n\nLift\n\nYes"),
        (f"{FOOTER}<p>Ely Ltd<br>Mill Lane<br>Leeds LS1 4AB</p><p>Ely", "Ely Ltd\nMill Lane\nLeeds LS1 4AB"),
        (f"{FOOTER}<p>Monkeys 9-5</p>", ""),
    ],
)
def test_what_a_margin_tells_stays_when_notices_and_links_go(html: str, text: str) -> None:
    assert read(html).text == text


@pytest.mark.parametrize(
    "told",
    [
        "Bake the cookies for 12 minutes at 180 degrees.",
        "The pump was designed by Ann Lee in 1998.",
        "The newsletter is printed in March and June.",
        "(a) 10 pounds, (b) 20 pounds, (c) 30 pounds",
        "Our terms and conditions apply. Photos are licensed under CC BY 4.0.",
    ],
)
def test_no_sentence_of_content_is_taken_for_a_notice(told: str) -> None:
    assert read(f"<main>In</main><aside><p>{told}<p>© 2026 Ely</aside>").text == f"In\n\n{told}"


@pytest.mark.parametrize(
    "notice",
    """Cookies, Terms and conditions, We use cookies., This site uses some essential cookies to work.
    Accept all cookies., Cookies help us to run this website., Sign up for our newsletter., Website by Ely Media
    (c) 2026 Ely Ltd and all of its partners, Proudly powered by Sphinx, This page was made with love.
    All content of this site is licensed under CC BY 4.0., <a>The home of Ely Ltd</a>""".replace("\n", ",").split(","),
)
def test_notices_and_links_are_no_content(notice: str) -> None:
    assert read(f"<main>In</main><aside><p>{notice}<p>© 2026 Ely</aside>").text == "In"


def test_lines_are_those_of_the_source_where_notices_were_taken_out() -> None:
    document = read("<p>In</p>\n<footer>©\nEly <b>2026\n</b>\n. Director:\nAnn Ely<p>Ring 01632 960 114.</p></footer>")
    assert [number_at(document.lines, document.text.index(words)) for words in ("Director", "Ann", "Ring")] == [5, 6, 6]


@pytest.mark.parametrize("words", ["9 9 9 to ", "Mon ", "© 2026. Ann was here. ", "accept ", "site ", " "])
def test_margins_of_long_lines_are_read_soon(words: str) -> None:
    began = time.process_time()
    read(f"{FOOTER}<p>{words * 1500}.</footer><aside>© 2026<p>{words * 1500}.</aside>")
    assert time.process_time() - began < 4


def test_asides_and_footers_without_end_cost_nothing() -> None:
    nested = "<aside>" * 500 + "word " * 20_000 + "</aside>" * 500
    assert read(nested).text.endswith("word")
    boxes = "<div class=note><p class=title>Note</p>" * 1_000 + "word " * 20_000 + "</div>" * 1_000
    assert read(boxes).text.endswith("word")
    assert read("<div class=note>" * 1_900 + "word").text == "word"


@pytest.mark.parametrize("html", ["", "   ", "<!-- x -->", "<html></html>", "<script>1</script>"])
def test_nothing_is_an_empty_document(html: str) -> None:
    document = read(html)
    assert (document.text, document.blocks) == ("", ())


def test_what_is_folded_is_defined_by_its_summary() -> None:
    document = read(
        "<details><summary>How do I <b>reset</b> it?</summary><p>Hold it.</p></details><p>After</p>"
        "<details><summary><h2>Why?</h2></summary>So.</details><details>Bare</details>"
    )
    assert [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks] == [
        ("term", 1, "How do I reset it?"),
        ("paragraph", 1, "Hold it."),
        ("paragraph", 0, "After"),
        ("heading", 2, "Why?"),
        ("paragraph", 0, "So."),
        ("paragraph", 0, "Bare"),
    ]


def test_a_declared_encoding_is_obeyed() -> None:
    assert read(b"<meta charset='iso-8859-15'><p>5 \xa4</p>").text == "5 €"
    assert read(b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><p>\x80</p>').text == "€"


@pytest.mark.parametrize(
    ("head", "heading", "site"),
    [
        ("<title>Getting here – Bexmoor Day Clinic</title>", "Getting here", "Bexmoor Day Clinic"),
        ("<title>Fees | Sport | Ashby Council</title>", "Fees", "Sport, Ashby Council"),
        ("<title>Ashby: Fees</title>", "Fees", "Ashby"),
        ("<title>Fees</title><meta property='og:site_name' content='Ashby'>", "Fees", "Ashby"),
        ("<title>Fees of Ashby</title>", "Fees", None),
        ("<title>Ashby: Fees</title>", "Prices", None),
        ("<title>Ashby: Fees</title>", "Ashby: Fees", None),
    ],
)
def test_what_stands_beside_the_heading_in_the_title_is_the_site(head: str, heading: str, site: str | None) -> None:
    assert read(f"<head>{head}</head><h1>{heading}</h1><p>x").metadata.get("site") == site


def test_the_title_tag_serves_where_there_is_no_heading() -> None:
    assert read("<title>Plain\n page</title><p>x").title == "Plain page"
    assert read("<p>x").title == "page.html"
    assert read("<title>Home</title><h1>Other words</h1>").title == "Home"
    assert read("<title>Usage - Pump 2</title><h1>Usage</h1><h1>Notes</h1>").title == "Usage - Pump 2"
    assert read("<h1>Usage</h1><h1>Notes</h1>").title == "Usage"


def test_deep_nesting_and_long_text_are_read_to_the_end() -> None:
    assert read("<div>" * 2000 + "deep" + "</div>" * 2000).text == "deep"
    assert read("<p>" + "word " * 3_000_000 + "end</p>").text.endswith("word end")


def test_nesting_that_the_parser_cannot_follow_is_an_error_rather_than_a_loss() -> None:
    with pytest.raises(SourceError, match=r"site/page\.html cannot be parsed beyond line 2"):
        read("<p>before</p>\n" + "<div>" * 3000 + "deep")


def test_what_is_dropped_still_counts_its_lines() -> None:
    document = read("<p>a<!-- \n\n --> b <script>\n\n</script> c</p>\n<p>d</p>")
    assert [number_at(document.lines, document.text.index(word)) for word in "abcd"] == [1, 3, 5, 6]


def test_lines_beyond_65535_are_counted() -> None:
    document = read("<p>x</p>" + "\n" * 70_000 + "<p>last</p>")
    assert number_at(document.lines, document.text.index("last")) == 70_001


def test_footnotes_and_boxes_of_the_text_stay_and_what_stands_beside_it_goes() -> None:
    page = """<html><body><aside class="sidebar">Menu</aside><div role="main"><p>Text <a href="#f">[1]</a>.</p>
<aside class="sidebar"><p>A box.</p></aside><aside><a href="x">Advert</a></aside>
<aside class="footnote-list"><aside class="footnote" role="note">[1] A note.</aside></aside></div></body></html>"""
    document = HtmlReader().read(Source("a.html", None, "text/html", 1), page.encode())
    assert document.text.split("\n\n") == ["Text [1].", "A box.", "[1] A note."]
    book = b'<body><p>Text.</p><aside epub:type="footnote">A note.</aside><aside class="note"><a>Ad</a></aside></body>'
    assert HtmlReader().read(Source("a", None, "text/html", 1), book).text == "Text.\n\nA note."


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            "<tr><td rowspan=2>Ely<td>Bob<td>41<tr><td>Eve<td>40<tr><td colspan=2>All<td>35",
            "Ely | Name: Bob | Age: 41\nEly | Name: Eve | Age: 40\nAll | Age: 35",
        ),
        (
            "<tr><td>Ely<td rowspan=' 2 '>Bob<td>41<tr><td>York<td>40",
            "Ely | Name: Bob | Age: 41\nYork | Name: Bob | Age: 40",
        ),
        (
            "<tr><td colspan=2 rowspan=3>All<td>1<tr><td>2<tr></tr><tr><td>a<td>b",
            "All | Age: 1\nAll | Age: 2\na | Name: b",
        ),
        ("<tr><td>a<td>b<td rowspan=2>c<tr><td>d", "a | Name: b | Age: c\nd | Age: c"),
        (
            "<tbody><tr><td rowspan=0>Ely<td>Bob<tr><td>Eve<tbody><tr><td>York<td>Al",
            "Ely | Name: Bob\nEly | Name: Eve\nYork | Name: Al",
        ),
        (
            "<tr><td>Ely<td colspan=9 rowspan=2>closed<tr><td>York<tr><td colspan=3>Wales<tr><td><td colspan=2>Note",
            "Ely | Name: closed | Age: closed\nYork | Name: closed | Age: closed\nWales\n | Name: Note",
        ),
        (f"<tr><td>Ely<td colspan=2>{'long ' * 20}", f"Ely | Name: {'long ' * 20}".strip()),
        ("<tr><td colspan=0>a<td rowspan=x>b<tr><td colspan=-1>c<td>d", "a | Name: b\nc | Name: d"),
    ],
)
def test_cells_that_span_others_leave_them_under_their_names(rows: str, text: str) -> None:
    table = f"<table><thead><tr><th>Office<th>Name<th>Age</thead>{rows}</table>"
    assert read(table).text == f"Office | Name | Age\n{text}"


def test_a_cell_over_columns_without_names_is_said_once() -> None:
    page = "<table><tr><td>Ely<td colspan=2>closed<tr><td>York<td>1<td>2</table>"
    assert read(page).text == "Ely | closed\nYork | 1 | 2"
    page = "<table><tr><th>Office<th>Name<tr><td>Ely<td colspan=2>closed<tr><td>York<td>1<td>2</table>"
    assert read(page).text == "Office | Name\nEly | Name: closed\nYork | Name: 1 | 2"


ITEM, NAMES = "<tr><th rowspan=2>Item<th colspan=2>2023<th>2024", "<tr><th>Revenue<th>Profit<th>Revenue"
JOINED = "Item | 2023 Revenue | 2023 Profit | 2024 Revenue\nTea | 2023 Revenue: 1 | 2023 Profit: 2 | 2024 Revenue: 3"


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (f"<thead>{ITEM}{NAMES}</thead>", JOINED),
        (f"{ITEM}{NAMES}", JOINED),
        (f"<thead>{ITEM}{NAMES}</thead>".replace("<th>", "<td>").replace("<th ", "<td "), JOINED),
        (f"<thead><tr><th colspan=4>Sales{ITEM}{NAMES}</thead>", f"Sales {JOINED}"),
        (
            "<thead><tr><th>Item<th>a<th>b<th>c<tr><th><th>EUR<th><th>kg</thead>",
            "Item | a EUR | b | c kg\nTea | a EUR: 1 | b: 2 | c kg: 3",
        ),
        # The name of a group of rows is no name of columns, nor are rows of nothing but <th>, nor is a long text.
        (
            "<tr><th>Item<th>a<th>b<th>c<tr><th colspan=4>North",
            "Item | a | b | c\nNorth\nTea | a: 1 | b: 2 | c: 3",
        ),
        (
            "<tr><th>Item<th>a<th>b<th>c<tr><th>x<th>y<th>z",
            "Item | a | b | c\nx | a: y | b: z\nTea | a: 1 | b: 2 | c: 3",
        ),
        (
            f"<thead><tr><td colspan=2>{'long ' * 20}<tr><th>Item<th>a</thead>",
            f"{'long ' * 20}".strip() + "\nItem | a\nTea | 1 | 2 | 3",
        ),
        ("<thead><tr><th>Item<th colspan=9>all<tr><td><th>a</thead>", "Item | all a\nTea | all a: 1 | 2 | 3"),
    ],
)
def test_a_header_of_several_rows_is_said_as_one(head: str, text: str) -> None:
    assert read(f"<table>{head}<tr><td>Tea<td>1<td>2<td>3</table>").text == text


def test_a_cell_is_said_again_on_the_line_of_each_row() -> None:
    document = read("<table>\n<tr><td rowspan=2>Ely<td>Bob</tr>\n<tr><td>Eve</tr>\n</table>")
    assert document.text == "Ely | Bob\nEly | Eve"
    assert line_range(document.lines, document.text.rindex("Ely"), len(document.text)) == (3, 3)


def test_spans_without_end_cost_nothing() -> None:
    spans = "rowspan=100000000 colspan=100000000"
    rows = [
        f"<tr>{f'<td {spans}>x' * 500}",
        *["<tr><td>y"] * 2000,
        f"<tr><td {spans}>{'x' * 100_000}",
        *["<tr><td>y"] * 2000,
    ]
    text = read(f"<table>{''.join(rows)}</table>").text
    assert len(text) < 1_000_000
    heads = f"<thead>{f'<tr><th {spans}>a<th {spans}>b' * 500}</thead>"
    assert len(read(f"<table>{heads}<tr><td>x<td>y</table>").text) < 250_000
    assert (text.count("y"), text.count("x" * 100_000)) == (4000, 1)


def test_a_row_has_all_the_lines_on_which_it_stands() -> None:
    rows = "<tr><th>Office</th><th>Days</th></tr>\n<tr>\n<td>Ely |\nEast</td>\n<td><b>2</b>7\n</td>\n</tr>"
    document = read(f"<table>\n{rows}\n</table>")
    assert document.text == "Office | Days\nEly / East | Days: 27"
    start = document.text.index("Ely")
    assert line_range(document.lines, start, len(document.text)) == (4, 6)
    assert number_at(document.lines, document.text.index("East")) == 5


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("It causes pitting.<sup>1</sup> Then more<sup>2</sup>.", "It causes pitting.[note 1] Then more[note 2]."),
        ('It causes pitting.<sup><a href="#fn2">2</a></sup>', "It causes pitting.[note 2]"),
        ('It causes pitting.<a href="notes.html#fn2"><sup>2</sup></a>', "It causes pitting.[note 2]"),
        (
            "It causes pitting<sup>[3]</sup>, they say.<sup>4, 5</sup>",
            "It causes pitting[note 3], they say.[note 4][note 5]",
        ),
        ("<sup>1</sup> It is a note.", "[note 1] It is a note."),
        ("5 m<sup>2</sup> of CO<sub>2</sub>, 10<sup>6</sup>, x<sup>2</sup>", "5 m2 of CO2, 10^6, x^2"),
        ("mass × speed<sup>2</sup>; acres<sup>1</sup>; 4 miles<sup>2</sup>", "mass × speed^2; acres^1; 4 miles^2"),
        ("the 1<sup>st</sup> of May, s<sup>-1</sup>, Ca<sup>2+</sup>", "the 1st of May, s^-1, Ca2+"),
        ("<sup>14</sup>C is rare, (a + b)<sup>2</sup>, 20<sup>1</sup>", "14C is rare, (a + b)^2, 20^1"),
        ("4 GB (2<sup>32</sup> bytes), a 2<sup>e</sup> time, 3 km<sup>2</sup>", "4 GB (2^32 bytes), a 2e time, 3 km2"),
        ("x<sup>n</sup> of 2<sup>n - 1</sup>, Na<sup>+</sup>, Fox<sup>TM</sup>", "x^n of 2^(n - 1), Na+, FoxTM"),
        (
            "<table><tr><th>Item<th>Price<sup>1</sup><tr><td>Tea<td>5</table>",
            "Item | Price[note 1]\nTea | Price[note 1]: 5",
        ),
    ],
)
def test_the_mark_of_a_footnote_stands_in_brackets_and_an_exponent_does_not(html: str, text: str) -> None:
    data = f"<p>{html}</p>".encode()
    assert HtmlReader().read(Source("a.html", None, "text/html", len(data)), data).text == text


BOXED = (
    "<table><tr><td rowspan=2><img src=n.png{alt}></td><th>{head}</th></tr><tr><td colspan=2>{text}</td></tr></table>"
)

ASCIIDOC = "<table><tr><td class=icon><div class=title>Note</div></td><td class=content>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            f"<div class=note>{BOXED.format(alt='', head='Note', text='<p>One.</p><p>Two.</p>')}</div>",
            "Note: One.\n\nTwo.",
        ),
        (f"<div class=tip>{BOXED.format(alt=' alt=[Tip]', head='Tip', text='Ask.')}</div>", "Tip: Ask."),
        (
            "<div class=admonitionblock><table><tr><td class=icon><i title=Tip></i></td><td>Ask.</td></table></div>",
            "Tip: Ask.",
        ),
        (f"<div class=admonitionblock>{ASCIIDOC}<p>Ask:</p><ul><li>Ann</ul></table></div>", "Note: Ask:\n\n- Ann"),
        (
            "<div class='admonition seealso'><p class=admonition-title>See also</p><p>Plan B.</p></div>",
            "See also: Plan B.",
        ),
        ("<div class=caution><h3 class=title>Caution</h3><p>Hot.</p></div><p>Cold.</p>", "Caution: Hot.\n\nCold."),
        ("<ul><li>a<div class=tip><p class=title>Tip</p>b</div><li>c</ul>", "- a\n\n  Tip: b\n\n- c"),
        ("<ul><li><div class=tip><p class=title>Tip</p><p>b</p></div></ul>", "- Tip: b"),
        ("<div class=note><p>Mind the <b class=title>Step</b>.</p></div>", "Mind the Step."),
        ("<div class=note><p class=title>Note</p></div>", "Note."),
        ("<table><tr><td></td><td><p>One.</p><p>Two.</p></td></tr></table>", "One.\n\nTwo."),
        (f"<p>Data</p>{BOXED.format(alt='', head='Office', text='Ely')}", "Data\n\n| Office\n | Office: Ely"),
    ],
)
def test_a_box_is_read_as_text_that_begins_with_the_kind_of_box(html: str, text: str) -> None:
    assert read(html).text == text


@pytest.mark.parametrize(
    ("html", "title"),
    [
        (
            "<div class=sidebar><div class=titlepage><p class=title><i>BACK</i> Bootloader\n 2</p></div>",
            "BACK Bootloader 2",
        ),
        ("<aside class=topic><p class=topic-title>Why it is slow</p>", "Why it is slow"),
        ("<div class='admonition note'><p class=admonition-title>Mind the step:</p>", "Mind the step"),
        (f"<div class=admonitionblock>{ASCIIDOC}<div class=title>Gloves</div>", "Note: Gloves"),
    ],
)
def test_what_a_box_says_is_defined_by_a_title_of_its_own(html: str, title: str) -> None:
    document = read(f"<p>Before</p>{html}<p>In.</p></td></tr></table></div></aside><p>After</p>")
    assert [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks] == [
        ("paragraph", 0, "Before"),
        ("term", 1, title),
        ("paragraph", 1, "In."),
        ("paragraph", 0, "After"),
    ]


def test_a_section_that_has_the_class_of_a_box_keeps_its_headings() -> None:
    document = read("<div class=topic><h3 class=title>Use</h3><p>In.</p><div class=note><h4>Deep</h4>On</div></div>")
    assert [block.kind for block in document.blocks] == ["heading", "paragraph", "heading", "paragraph"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Click the Add button <img src=i/add_part-24.png alt='add part 24'> on top.", "Click the Add button on top."),
        ("Click the <img src=i/add_part-24.png alt='add part 24'> button.", "Click the add part 24 button."),
        ("Click the Add button <img src=i/x.png alt='Add icon'> on top.", "Click the Add button Add icon on top."),
        ("The tool (<img src=add_zone.svg?v=2 alt='add zone'>) fills.", "The tool (add zone) fills."),
        ("<img src=main_window.png alt='main window'>", "main window"),
        (
            "<div class=figure><p class=title>Figure 2. The map</p><div><img src=m.png alt='The map'></div></div>",
            "Figure 2. The map",
        ),
        ("<figure><img alt='A map'><img alt='Plan B'><figcaption>A map.</figcaption></figure>", "Plan B\n\nA map."),
        ("Calls <pre>run() <img src=1.png alt=1></pre>", "Calls\n\nrun() 1"),
        (
            "<a>Site</a><a>Map</a>, <a>std::</a><a>sort</a>, <a><img alt=Up></a><a>Top</a>",
            "Site Map, std::sort, Up Top",
        ),
    ],
)
def test_pictures_and_links_within_a_line(html: str, text: str) -> None:
    assert read(html).text == text


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            "<tr><td><b>Year</b><td><b>Worth</b><tr><td>1<td>300<tr><td>2<td>600",
            "Year | Worth\nYear: 1 | Worth: 300\nYear: 2 | Worth: 600",
        ),
        (
            "<tr><td><td><p><strong>Ely</strong></p><td><b>Halifax</b><tr><td><b>Desks</b><td>4<td>9",
            "| Ely | Halifax\nDesks | Ely: 4 | Halifax: 9",
        ),
        ("<tr><td><b>Tea</b><td>5<tr><td><b>Milk</b><td>2", "Tea | 5\nMilk | 2"),
        ("<tr><td><b>Tea</b><td><b>hot</b><tr><td><b>Milk</b><td><b>cold</b>", "Tea | hot\nMilk | cold"),
        ("<tr><td><b>Tea</b> and more<td><b>hot</b><tr><td>Milk<td>cold", "Tea and more | hot\nMilk | cold"),
        ("<tr><td><b>5</b><td><b>7</b><tr><td>6<td>8", "5 | 7\n6 | 8"),
    ],
)
def test_a_first_row_in_bold_type_names_the_columns(rows: str, text: str) -> None:
    assert read(f"<table>{rows}</table>").text == text


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            ["£000|2025|2024", "Sales|480|215", "Tax|60|90"],
            "£000 | 2025 | 2024\nSales | 2025 (£000): 480 | 2024 (£000): 215\nTax | 2025 (£000): 60 | 2024 (£000): 90",
        ),
        (
            ["Ticket|For|Price", "Adult|all|£9", "Child|6-14|£5"],
            "Ticket | For | Price\nAdult | For: all | Price: £9\nChild | For: 6-14 | Price: £5",
        ),
        # a form, people, a list that begins with a word for a figure, years, too few rows or no figures to tell by
        (["Order|Widget", "Price|£5", "Postage|£3"], None),
        (["Anna|boss|1234", "Ben|deputy|1235", "Cleo|clerk|1236"], None),
        (["Child|small|free", "Adult|all|£9", "Senior|old|£5"], None),
        (["Tea|fresh|2024", "Milk|old|2022", "Jam|new|2021"], None),
        (["Name|Post|Desk", "Ann|boss|5"], None),
        (["Name|Post|Site", "Ann|boss|Leeds", "Bob|clerk|Hull"], None),
    ],
)
def test_a_first_row_of_words_above_figures_names_the_columns(rows: list[str], text: str | None) -> None:
    html = "".join(f"<tr><td>{row.replace('|', '<td>')}</tr>" for row in rows)
    told = text or "\n".join(row.replace("|", " | ").rstrip(" |") for row in rows)
    assert read(f"<table>{html}</table>").text == told


HEAD = "<html><head><link rel=next href=b.html></head><body>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>In</p><ul class=docnav><li><a>Prev</a><li><a>Next</a></ul>", "In"),
        ("<h1>T</h1><p>In</p><ul><li><a accesskey=p>Prev</a><li>The Book<li><a accesskey=n>Next</a></ul>", "T\n\nIn"),
        ("<h1>T</h1>In<table><tr><td><a rel=prev>1. One</a><td><a>Up</a><td><a rel=next>3. Two</a></table>", "T\n\nIn"),
        ("<p>Next: <a rel=next href=b.html>Use</a> [<a>Contents</a>]</p><h1>T</h1>In", "T\n\nIn"),
        ("<p>Go on with <a rel=next>the use</a>.</p>In", "Go on with the use.\n\nIn"),
        (f"<div>{'It is said here. ' * 9}<a rel=next>Next</a></div>", f"{'It is said here. ' * 9}Next"),
        (f"{HEAD}<div id=x><a>Get the book</a></div><p><a>Site</a><a>Docs</a></p><h2>T</h2>In", "T\n\nIn"),
        (f"{HEAD}<p>By Ann</p><p><a>Site</a></p><h2>T</h2>In", "By Ann\n\nSite\n\nT\n\nIn"),
        (f"{HEAD}<p><a>One</a></p><p><a>Two</a></p>", "One\n\nTwo"),
        ("<p><a>Ann Lee</a></p><h2>T</h2>In", "Ann Lee\n\nT\n\nIn"),
    ],
)
def test_links_through_the_pages_of_a_book_are_no_text(html: str, text: str) -> None:
    assert read(html).text == text
