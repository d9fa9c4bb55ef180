"""The sentence splitter: what ends a sentence, what only looks like it, and the property that nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.sentences import names_what_follows, sentence_spans, without_leaders


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Close the valve.|Open the vent!|Is it dry?|Good.",
        "Use a sealed probe, e.g. the PL-10, in wells.|Others leak.",
        "Loggers, i.e. Heron 2 and Heron 4, are supported.",
        "Ask Dr. Okonjo or Prof. Solheim first.|They decide.",
        "See Fig. 3 and Sec. 4.2 for details.|Then go on.",
        "Order no. 17 was late.|The answer is no.|That is final.",
        "Firmware 6.2.1 fixes it.|Set rate=0.5 in main.py.",
        "It weighs 3.5 kg.|It costs 1,200.50 euros.",
        "Edit ~/.config/fenn/fenn.toml and run fenn sync.|Then wait.",
        "See https://example.org/a.b?c=d.e for more.|It is short.",
        "Wait ... then go on.|It stopped…|Nothing moved.",
        "M. Solheim met Marit J. Solheim.|J. R. R. Tolkien wrote it.",
        "It needs vitamin C.|It is cheap.",
        "He said “Stop.”|She did.",
        "(See the manual.)|Press the button (green).|Done.",
        "It works.[1]|It lasts long [2].|It is cheap.",
        "Cables, screws, etc. are included.|Fuses etc.|Batteries are not.",
        "The office opens at 9 a.m. on Mondays.|It shuts at 5 p.m. sharp.",
        "Core hours are 10 a.m. to 3 p.m. Monday to Thursday.|It opens at 7 a.m. CET.|It shuts at 8 p.m.|IT stays.",
        "Insert the cartridge (part no. AP-300-C) until it clicks.|See Fig. B2 first.|The answer is no.|Ask again.",
        "Fennmark Instruments Ltd. makes loggers in Ely.",
        "Offers came from Holm & Sons Ltd. (88,000 EUR), Dach GmbH (93 %) and Nord AB.|It lasts.|(See the manual.)",
        "Fares: adult SEK 320, child (6-15 yrs.) SEK 160.|It is free.|(So it says.)|We pay.",
        "Haustiere sind erlaubt, z.B. Katzen, z. B. Hunde bzw. Vögel.|Der Müll wird abgeholt.",
        "Use vs. avoid: approx. 5 m at max. 10 bar.|Then stop.",
        "Yahoo! is a name.|So is Jeopardy! they say.",
        "水位計を確認してください。|電池を交換します。|終わり",
        "$5 is too much.|$3 is fair.",
        "Restart it.|2 minutes later it answers.",
        "5.1.2. Uploads are signed.|They wait.|It lasts 3.5.|It is cheap.",
        "Figure 14.74. Pencil tool.|Table 3. Prices of all.|See Figure 2.|Then go on.|Example 4.1. Saving.",
        "It changes the GECOS field.|chsh (CHange SHell) changes the shell.|chage sets its age.",
        "They stay (if nothing needs them).|apt-get autoremove removes them.|aptitude does so alone.",
        "It may create one.|os.makedirs(path) makes all, as_completed().|timeout is optional.|`ls -l` shows them.",
        "Ask early, read-only.|is_set tells so.|The kernel gets a KILL.|(b) Ask the clerk.",
        "Use e.g. apt-get, approx. two files, misc. items, no. such, incl. os.path, vs. a_b, Fox Corp. in Ely.",
        "A name such as `audit.` is kept, as is www.example. com, and C. difficile, 5 kr. at the door, p.m. on days.",
        "Fetch it when it is your own. e.g. git fetch origin or all (i.e. both).|Ask.",
        "In two steps: 1. clock, 2. wall.|It costs 5 ct. each.|Version 6.2. is odd.",
    ],
)
def test_prose(text: str) -> None:
    expected = text.split("|")
    assert sentences(("" if "。" in text else " ").join(expected)) == expected


def test_a_version_followed_by_a_lower_case_word_goes_on() -> None:
    assert sentences("Version 6.2. is odd. Yes.") == ["Version 6.2. is odd.", "Yes."]


def test_hard_wrapped_lines_join_and_blank_lines_end() -> None:
    text = "The logger records a value\nevery 15 minutes and sends it. Then\nit sleeps.\n\nno stop here\n\nNext."
    assert sentences(text) == [
        "The logger records a value\nevery 15 minutes and sends it.",
        "Then\nit sleeps.",
        "no stop here",
        "Next.",
    ]


def test_a_label_behind_a_wrapped_one_begins_a_line_of_its_own() -> None:
    text = "Present: Ann Ely (chair),\nBen Ash, Tom Birch\nApologies: Kim Dale\nAlso there: Cllr Asare"
    assert sentences(text) == [
        "Present: Ann Ely (chair),\nBen Ash, Tom Birch",
        "Apologies: Kim Dale",
        "Also there: Cllr Asare",
    ]
    assert len(sentences("Present: Ann Ely,\nBen Ash (acting for\nTom Birch,\nChair: Kim)\nGuest: none")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "    the garden         1,500\n    any one item       2,500  unless named\n    a freezer            400",
        "contents of the garden   1,500\nfood in a freezer   400\ntools   £60 each",
    ],
)
def test_entries_with_figures_behind_a_gap_stand_alone(text: str) -> None:
    assert len(sentences(text)) == text.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        "Glue ............ Ada Bell\nTape ............ Cy Dunn",
        "Glue . . . . . $2.10\nTape . . . . . $3.50",
        "Glue.........$2.10\nTape.........$3.50",
        "Glue ........ Mr. Bell. Ring first.|\nTape ........ Mrs. Dunn",
    ],
)
def test_dots_that_lead_to_a_column_end_nothing(text: str) -> None:
    assert "\n".join(sentences(text.replace("|", ""))) == text.replace(". Ring", ".\nRing").replace("|", "")
    assert len(without_leaders(text)) == len(text)
    assert ".." not in without_leaders(text)


def test_dots_of_prose_end_what_they_end() -> None:
    assert sentences("He waited.... Then he left ... and so on. I paid ....\nShe did not.") == [
        "He waited....",
        "Then he left ... and so on.",
        "I paid ....",
        "She did not.",
    ]
    assert without_leaders("He waited.... Then he left ... and so on.") == "He waited.... Then he left ... and so on."


def test_gaps_in_justified_prose_part_nothing() -> None:
    text = "The valve opens, it   closes at 5\nbar and at   6 bar it does not."
    assert sentences(text) == [text]


def test_lines_with_labels_stand_alone() -> None:
    text = "Present: Ann, Ben\nApologies: Tom\nand Kim\n\nNote: this is prose\nthat goes on: to here."
    assert sentences(text) == [
        "Present: Ann, Ben",
        "Apologies: Tom\nand Kim",
        "Note: this is prose\nthat goes on: to here.",
    ]


def test_lines_of_a_quoted_message_stand_apart_from_what_is_written_above_them() -> None:
    text = "On 8 Sep Kim wrote:\n> Hi Lea,\n>\n> the room is\n> free. Book it!\n>> Is it?"
    assert sentences(text) == [
        "On 8 Sep Kim wrote:",
        "> Hi Lea,",
        ">",
        "> the room is\n> free.",
        "Book it!",
        ">> Is it?",
    ]


def test_list_items_and_their_numbers() -> None:
    text = "Steps:\n1. Open the lid. Wait.\n2. Close it\n   slowly.\n- one\n  * two\na) three"
    assert sentences(text) == [
        "Steps:",
        "1. Open the lid.",
        "Wait.",
        "2. Close it\n   slowly.",
        "- one",
        "* two",
        "a) three",
    ]


def test_table_rows_stand_alone() -> None:
    text = "Model | Battery\nHeron 2 | 18 months\nHeron 4 | 36 months\nAll are sealed."
    assert sentences(text) == ["Model | Battery", "Heron 2 | 18 months", "Heron 4 | 36 months", "All are sealed."]


def test_a_row_is_whole_whatever_stops_its_cells_have() -> None:
    row = "E01 | Meaning: Motor hot | Remedy: Wait for 20 min. Check the fan."
    assert sentences(f"{row}\nE02 | Meaning: Dry run | Remedy: Fill it.") == [
        row,
        "E02 | Meaning: Dry run | Remedy: Fill it.",
    ]
    assert sentences("Run ls | wc -l. Then stop.") == ["Run ls | wc -l.", "Then stop."]
    long = "E03 | Remedy: " + " ".join(["Check the fan."] * 40)
    assert len(sentences(long)) == 40


def test_headings_underlines_and_code_stand_alone() -> None:
    text = "Leave\n-----\nStaff get 27 days."
    assert sentences(text) == ["Leave", "-----", "Staff get 27 days."]
    text = "ANNUAL LEAVE\nEvery member of staff has 27 days of leave in a year."
    assert sentences(text)[0] == "ANNUAL LEAVE"
    text = (
        "2. Fees\n2.1 Tea is free for\nAnn.\n\n3. Term\nIt ends in May.\n\n1. Ask at the gate for Ann\nLee, she knows."
    )
    assert sentences(text) == [
        "2. Fees",
        "2.1 Tea is free for\nAnn.",
        "3. Term",
        "It ends in May.",
        "1. Ask at the gate for Ann\nLee, she knows.",
    ]
    text = "def read(path):\n    return path.open()\nx = 1\n$ fenn sync"
    assert sentences(text) == ["def read(path):", "return path.open()", "x = 1", "$ fenn sync"]


def test_marks_of_notes_stay_with_the_sentence_before_them() -> None:
    text = "It costs 5 euros.[note 1][note 2] Tea is free.[3] Cakes[note 4] are not.\n\n[note 1] Since May."
    assert sentences(text) == [
        *("It costs 5 euros.[note 1][note 2]", "Tea is free.[3]", "Cakes[note 4] are not.", "[note 1] Since May."),
    ]


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("1. Boats\n   Three were sold.\n2. Quay\n   14 posts are rotten.", ("1. Boats", "2. Quay")),
        ("  3. Any other business\n     LM: the hall is closed on 1 May.", ("3. Any other business",)),
        ("4. Deposit\n   4.1 It is two rents.", ("4. Deposit",)),
        ("1. Open the lid of the box and\n   Drain it.", ()),
        ("1. Turn the lower wheel of the\n   pump to the left and lift it.", ()),
        ("5. It is described in Section\n12 of the book.", ()),
    ],
)
def test_the_title_of_an_item_stands_apart_from_the_text_below_it(text: str, split: tuple[str, ...]) -> None:
    titles = [said for said in sentences(text) if said[0].isdigit() and not said.endswith(".")]
    assert tuple(titles) == split


def test_nothing() -> None:
    assert sentence_spans("") == sentence_spans(" \n\t\n") == []


@given(
    st.text(st.sampled_from("ab AB.?!…\n-|1)(\"' \t。\u2028é") | st.characters(exclude_categories=["Cs"]), max_size=200)
)
def test_spans_are_stripped_ordered_and_cover_everything(text: str) -> None:
    reached = 0
    for start, end in sentence_spans(text):
        assert reached <= start < end
        assert not text[reached:start].strip()
        assert text[start:end] == text[start:end].strip()
        reached = end
    assert not text[reached:].strip()


def test_a_long_text_without_a_stop_is_one_sentence() -> None:
    text = "word " * 50_000
    assert sentence_spans(text) == [(0, len(text) - 1)]


@pytest.mark.parametrize("text", ["." * 300_000 + "12", "…!?" * 100_000 + "a", "." + ")" * 300_000 + "12"])
def test_a_run_of_stops_within_a_word_is_passed_over_once(text: str) -> None:
    assert sentence_spans(text) == [(0, len(text))]


def test_aligned_columns_of_plain_text_are_rows_and_justified_prose_is_not() -> None:
    table = "R1  dead on arrival\nR2  communication fault\nR4  water ingress"
    assert [table[start:end] for start, end in sentence_spans(table)] == table.split("\n")
    prose = "The big pump  is started by\nhand and air  stopped by the\ncontroller."
    assert len(sentence_spans(prose)) == 1


def test_a_time_in_a_column_ends_no_sentence_and_a_line_in_capitals_stands_above_figures() -> None:
    text = "DATES\n  12 Nov   7 p.m.   Members' evening\n  28 Nov   2-5 p.m. Advent market. Stalls are free."
    assert sentences(text) == [
        "DATES",
        "12 Nov   7 p.m.   Members' evening",
        "28 Nov   2-5 p.m. Advent market.",
        "Stalls are free.",
    ]
    assert sentences("We close at 6 p.m.  Ring the bell then.") == ["We close at 6 p.m.", "Ring the bell then."]


def test_fields_of_data_are_lines_of_their_own_and_words_with_a_colon_in_prose_are_not() -> None:
    record = "level: Gold\nstart: 2023-11-15\nfee_eur: 5\nroles[1].note: He keeps\nthe book.\nend: none"
    assert sentences(record) == [
        *("level: Gold", "start: 2023-11-15", "fee_eur: 5", "roles[1].note: He keeps\nthe book.", "end: none")
    ]
    prose = "The valve has three\nparts: the lid, the seal and the\nbase: both of them are steel."
    assert sentences(prose) == [prose]
    wrapped = "note: it has a lid,\nseals: two of them, and a\nbase."
    assert sentences(wrapped) == [wrapped]


def test_the_title_of_a_part_stands_apart_from_its_first_clause() -> None:
    text = 'Section 1  Terms\n1.1 "Member" means who has paid.\n1.2 "Season" means summer.'
    assert [text[start:end] for start, end in sentence_spans(text)] == text.split("\n")
    wrapped = "Read with Section 1\n2.1 of the statutes is void."
    assert len(sentence_spans(wrapped)) == 1


@pytest.mark.parametrize(
    ("line", "is_name"),
    [
        ("deadlock_timeout (integer)", True),
        ("list.remove(x, start=0)", True),
        ("[input.journal]", True),
        ("<pathspec>", True),
        ("--depth <n>", True),
        ("$ fenn sync --all", False),
        ("# apt install fenn", False),
        (">>> fenn.sync()", False),
        ("worker_limit = 12288 # 12 MB", False),
        ("https://example.org/recipes/52560/", False),
        ("→ https://example.org", False),
        ('["fenn.auth.Backend"]', False),
        ("A sentence.", False),
    ],
)
def test_a_line_of_code_or_an_address_names_nothing(line: str, is_name: bool) -> None:
    text = f"Before it.\n\n{line}\n\nIt is told here."
    start = text.index(line)
    assert names_what_follows(text, start, start + len(line)) is is_name


@pytest.mark.parametrize(
    ("lead", "line", "is_name"),
    [
        ("Upgrade it by means of:", "brewwell upgrade north", False),
        ("It takes these options:", "-c, --check", True),
        ("It takes these options:", "retry_count n", True),
        ("Options:", "number of loops", True),
        ("look_up(name)", "- Returns: {string}", False),
        ("look_up(name)", "- name {string} The name", False),
        ("It is made in steps.", "Step 1: Grinding", True),
        ("It is upgraded by hand.", "brewwell upgrade north", True),
    ],
)
def test_a_line_that_is_led_to_names_nothing(lead: str, line: str, is_name: bool) -> None:
    text = f"{lead}\n\n{line}\n\nIt is told here."
    start = text.index(line)
    assert names_what_follows(text, start, start + len(line)) is is_name
