from __future__ import annotations

import pytest

from ragkit.verify.entries import groups
from ragkit.verify.grounds import Grounds
from ragkit.verify.overlap import compare

CODES = "SK-409: The file was changed.\nSK-413: The file is too large.\nSK-423: The file is locked by a user."
PORTS = "8472 | Used for: block transfer | Protocol: TCP\n8473 | Used for: LAN discovery | Protocol: UDP"
TRAINERS = "Course | Where | Trainer\nHygiene | kitchen | head cook\nFire | own home | caretaker"
RELEASES = (
    "## 2.4.1 (12 May)\n\n- Fixed: pages could be printed twice.\n\n## 2.4.0 (3 May)\n\n- New: folders may be shared.\n"
)
SETTINGS = "mail.hour: when the digest is sent\nmail.sender: from which address it comes"
CHAIR = "Chair: Otto Kern, deputy: Eva Lind."
OFFICER = "- Safety officer: Ida Roth; deputy: Dr. Max Falk"
ROOMS = "Staff | Book rooms: up to 4 hours | Guests: 2\nTrainees | Book rooms: not available | Guests: 1"
LAMPS = (
    "Lamp | Colour | Meaning\nPower | Colour: green | Meaning: ready\nPower | Colour: amber | Meaning: starting\n"
    "Internet | Colour: red | Meaning: no connection\nInternet | Colour: green | Meaning: connected"
)
PIPED = (
    "| Lamp | Colour | Meaning |\n|---|---|---|\n| Internet | red | no connection |\n| Internet | green | connected |"
)
BOXES = "Small (5 l) | Branch Astrup: 55 | Branch Vell: -\nLarge (20 l) | Branch Astrup: 90 | Branch Vell: 85"


@pytest.mark.parametrize(
    ("claim", "passage", "words"),
    [
        ("SK-413 means that the file is locked by a user.", CODES, {"lock", "user"}),
        ("Port 8473 is used for block transfer.", PORTS, {"block", "transfer"}),
        ("Hygiene is taught by the caretaker.", TRAINERS, {"caretaker"}),
        ("In version 2.4.0 it was fixed that pages are printed twice.", RELEASES, {"print"}),
        ("mail.hour is the address from which it comes.", SETTINGS, {"address"}),
    ],
)
def test_what_stands_under_another_key_is_missing(claim: str, passage: str, words: set[str]) -> None:
    assert words <= compare(claim, Grounds([passage])).missing


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("SK-413 means that the file is too large.", CODES),
        ("SK-413 and SK-423 say that the file is too large or locked by a user.", CODES),
        ("Port 8472 is used for block transfer.", PORTS),
        ("Hygiene is taught in the kitchen.", TRAINERS),
        ("Hygiene has the head cook for its trainer.", TRAINERS),
        ("In version 2.4.1 it was fixed that pages are printed twice.", RELEASES),
        ("Hygiene is taught by the caretaker.", f"{TRAINERS}\n\nThe caretaker takes over hygiene in May."),
        ("mail.hour says when the digest is sent.", SETTINGS),
    ],
)
def test_what_stands_under_the_key_or_outside_is_not(claim: str, passage: str) -> None:
    assert not compare(claim, Grounds([passage])).missing


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        ("The chair is Eva Lind.", CHAIR),
        ("The deputy is Otto Kern.", CHAIR),
        ("Dr. Max Falk is the safety officer.", OFFICER),
    ],
)
def test_what_stands_behind_another_label_of_the_line_contradicts(claim: str, line: str) -> None:
    assert compare(claim, Grounds([line])).opposed


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        ("The chair is Otto Kern.", CHAIR),
        ("The deputy of the chair is Eva Lind.", CHAIR),
        ("Otto Kern and Eva Lind are chair and deputy.", CHAIR),
        ("Eva Lind stands in for the chair when he is away.", CHAIR),
        ("Ida Roth is the safety officer.", OFFICER),
    ],
)
def test_what_stands_behind_the_label_does_not(claim: str, line: str) -> None:
    assert not compare(claim, Grounds([line])).opposed


@pytest.mark.parametrize(
    ("claim", "table", "words"),
    [
        ("Trainees can book rooms.", ROOMS, {"book", "room"}),
        ("Small boxes are available in Vell.", BOXES, {"vell"}),
        ("A small box can be had at the Vell branch.", BOXES, {"branch", "vell"}),
    ],
)
def test_what_a_cell_denies_is_denied(claim: str, table: str, words: set[str]) -> None:
    assert words <= compare(claim, Grounds([table])).denied


@pytest.mark.parametrize(
    ("claim", "table"),
    [
        ("It is impossible for trainees to book rooms.", ROOMS),
        ("Trainees may bring a guest.", ROOMS),
        ("Staff can book rooms.", ROOMS),
        ("Small boxes are available in Astrup.", BOXES),
        ("Large boxes are available in Vell.", BOXES),
    ],
)
def test_what_another_cell_denies_is_not(claim: str, table: str) -> None:
    assert not compare(claim, Grounds([table])).denied


@pytest.mark.parametrize(
    ("claim", "passage", "words"),
    [
        ("A green Internet lamp means that there is no connection.", LAMPS, {"green"}),
        ("A green Internet lamp means that there is no connection.", PIPED, {"green"}),
        ("The power lamp is green while the router is starting.", LAMPS, {"start"}),
    ],
)
def test_cells_of_different_rows_do_not_belong_together(claim: str, passage: str, words: set[str]) -> None:
    assert words <= compare(claim, Grounds([passage])).missing


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("A red Internet lamp means that there is no connection.", LAMPS),
        ("A red Internet lamp means that there is no connection.", PIPED),
        ("A green Internet lamp does not mean that there is no connection.", LAMPS),
        ("A green Internet lamp doesn\u2019t mean that there is no connection.", LAMPS),
        ("The power lamp is green when ready and amber while starting.", LAMPS),
        (
            "A green Internet lamp means no connection.",
            f"{LAMPS}\n\nOld models: a green Internet lamp is no connection.",
        ),
    ],
)
def test_cells_of_one_row_or_of_two_that_are_compared_do(claim: str, passage: str) -> None:
    assert not compare(claim, Grounds([passage])).missing


def test_a_release_with_a_table_is_no_row_that_names_columns() -> None:
    text = "## 2.4.1\n\n| Part | State |\n|---|---|\n| Pump | new |\n\n## 2.4.0\n\nMended: the pump.\n"
    entries = [entry for group in groups([text]) for entry in group.entries]
    assert [(entry.name, entry.row) for entry in entries] == [("2.4.1", False), ("2.4.0", False)]


def test_white_space_costs_no_more_than_its_length() -> None:
    gap = " " * 50_000
    text = f"{gap}-x{gap}\n|{gap}---|{gap}---|\nE01 | {gap}Meaning: hot\nE02{gap}(new){gap}| Meaning: cold{gap}\n{gap}"
    (found,) = groups([text])
    assert [entry.key for entry in found.entries] == [("e01",), ("e02",)]
