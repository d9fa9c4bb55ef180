from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.verify.grounds import Grounds
from ragkit.verify.lexical import LexicalVerifier
from ragkit.verify.mispaired import mispaired
from ragkit.verify.overlap import compare
from ragkit.verify.values import values

NOISE = "The C2 produces 56 dB(A) at full speed, the C2R 59 dB(A)."
AUDITS = "A suppliers are audited every 4 years, B suppliers every 2 years."
CALIBRATION = (
    "Balances are calibrated every 6 months, torque screwdrivers every 12 months, multimeters every 24 months."
)
RETENTION = "Records are retained for 10 years; records on calibrators used in diagnostics are retained for 15 years."
WEIGHTS = "Weight | Calyx 410: 4.2 kg | Calyx 420: 6.8 kg"
PRICES = "Calyx 420 | Price EUR: 10400 | Price USD: 11250 | Price CHF: 9980"
MENUS = "Menu 1 | Students: 2.90 | Staff: 4.80\nMenu 2 | Students: 3.70 | Staff: 6.90"
BUDGET = "Field trips EUR 21,500\nLaboratory supplies EUR 38,200"

LIMITS = "Withdrawals are limited to EUR 500 a day and EUR 2,000 a week."
CORE_TIME = "The core time is 9:00 to 15:00 from Monday to Thursday and 9:00 to 12:30 on Friday."
DISCOUNTS = "250-499 | Discount: 5 %\n500-999 | Discount: 10 %\n1000 and more | Discount: 15 %"
STATEMENT = "The statement is drawn up on the 20th of each month and debited on the 28th."
KIOSK = "The kiosk is open until 22:00 from Monday to Saturday and until 18:00 on Sundays."
CASH = "Cash is covered up to EUR 1,500 outside a safe and up to EUR 20,000 in a locked safe."
SEATS = (
    "If more seats are used than were bought, the customer has 30 days to buy the missing ones. "
    "After that no new accounts can be made. Education customers have 60 days."
)
WARRANTY = "The warranty is 36 months from delivery; for batteries it is 12 months."
REMINDERS = "Invoices are due in 20 days; the first reminder is free of charge, the second costs €8, the third €15."
CERTIFICATE = "A certificate is needed from the fourth day; for trainees from the first."
STUDY = "Nurses have 5 paid study days, doctors 8."
BERTHS = "A small berth costs 96 euros a night, a large berth 148."
TRIGGER = "In stable patients the trigger is 70 g/l, or 80 g/l in patients with coronary disease."
SAMPLES = "Serum is kept for 7 days at 4 °C, whole blood for 3 days, and blood bank samples for 14 days."
DEFECTS = "Defects must be mended within 20 working days; dangerous ones within 48 hours."
SESSIONS = "Sessions lock after 4 minutes instead of 10. In theatres they stay open for 90 minutes."
KEYS = "Keys have 14 characters at least, changed yearly (before: 10 characters, every 90 days)."
DOSES = (
    "Drug | eGFR above 50 | eGFR 20–50\n"
    "Vancomycin | eGFR above 50: 15 mg/kg every 12 h | eGFR 20–50: 15 mg/kg every 24 h\n"
    "Cefuroxime | eGFR above 50: 1.5 g every 8 h | eGFR 20–50: 1.5 g every 12 h"
)
TESTS = (
    "Test | Tube | Stable | Transport\nBlood count | Tube: purple | Stable: 24 h | Transport: pneumatic tube\n"
    "Potassium | Tube: green | Stable: 2 h | Transport: pneumatic tube"
)
TAXES = "Dog tax, first dog | Fee: 84.00 | Reduced: 42.00\nDog tax, each further dog | Fee: 132.00 | Reduced: 132.00"
LOADS = "\n".join(f"Wash {name} | Water: {40 + n} litres" for n, name in enumerate("ABCDEFGH"))
PLAN = "M5 | Milestone: Go-live Leeds | Planned: 2025-11-03 | Forecast: 2025-11-24"
OVERTIME = "It is paid with a supplement of 25 %, on Sundays and public holidays of 60 %."
FLIGHTS = "It departs from Graz at 6:40 and arrives in Oslo at 9:10; the other one arrives in Graz at 12:25."
LEAVE = "Leave is 27 days a year, 30 days after 10 years of service."
MEASURES = "M2 | Clean-up of supplier file | Purchasing | 15 August\nM3 | Recovery of payment | Accounts | 31 July"


def found(claim: str, *passages: str) -> list[str]:
    return [value.text for value in mispaired(claim, Grounds(passages).told)]


@pytest.mark.parametrize(
    ("claim", "passage", "value"),
    [
        ("The C2R produces 56 dB(A).", NOISE, "56"),
        ("B suppliers are audited every 4 years.", AUDITS, "4"),
        (
            "The power consumption of the 420 is 45 W.",
            "The power consumption is 45 W for the 410 and 62 W for the 420.",
            "45",
        ),
        ("Multimeters are calibrated every 12 months.", CALIBRATION, "12"),
        ("Multimeters are calibrated every twelve months.", CALIBRATION, "twelve"),
        (
            "Complaints are answered within 2 working days.",
            "A complaint is acknowledged within 2 working days and answered within 15 working days.",
            "2",
        ),
        ("Unopened bottles keep for 3 months.", "Opened bottles keep for 3 months; unopened ones for 36 months.", "3"),
        ("Theses are kept for 5 years.", "Examination papers are kept for 5 years, theses for 10 years.", "5"),
        (
            "The pump will be fitted on Thursday.",
            "The pump arrives on Thursday and will be fitted on Friday.",
            "Thursday",
        ),
        ("The choir sings on 3 May.", "The band plays on 3 May, and the choir sings on 5 May.", "3 May"),
        ("The pool closes at 17:00.", "The library closes at 17:00, the pool at 21:30.", "17:00"),
        ("There were 12 coaches.", "There were 12 players, 5 coaches and a doctor.", "12"),
        ("The Calyx 410 weighs 6.8 kg.", WEIGHTS, "6.8"),
        ("The Calyx 420 costs EUR 11,250.", PRICES, "11,250"),
        ("Staff pay 4.80 euros for menu 2.", MENUS, "4.80"),
        ("Field trips are given 38,200 euros.", BUDGET, "38,200"),
        # rates, ranges, days of the month
        ("Withdrawals are limited to EUR 2,000 a day.", LIMITS, "2,000"),
        ("Withdrawals are limited to EUR 500 a week.", LIMITS, "500"),
        ("Trucks may be hired for 300 euros a day.", "Trucks cost 90 euros per day and 300 euros per week.", "300"),
        ("The core time on Friday is 9:00 to 15:00.", CORE_TIME, "9:00 to 15:00"),
        ("500 to 999 seats get a discount of 15 %.", DISCOUNTS, "15"),
        ("The statement is drawn up on the 28th.", STATEMENT, "28th"),
        ("The kiosk is open on Sundays until 22:00.", KIOSK, "22:00"),
        # what stands behind the two values, and what stands before the clause
        ("Cash outside a safe is covered up to EUR 20,000.", CASH, "20,000"),
        ("On Sundays, the kiosk is open until 22:00.", KIOSK, "22:00"),
        # an exception to the rule
        ("Education customers have 30 days to buy missing seats.", SEATS, "30"),
        ("Dangerous defects must be mended within 20 working days.", DEFECTS, "20"),
        ("Heavy parcels cost EUR 5.", "Parcels cost EUR 5. Heavy ones cost EUR 9.", "5"),
        (
            "Overseas applicants have 14 days to reply.",
            "Each applicant has 14 days to reply. Overseas applicants have 28 days.",
            "14",
        ),
        # the later clause leaves out what the earlier one says
        ("The warranty on batteries is 36 months.", WARRANTY, "36"),
        ("Batteries have a warranty of 36 months from delivery.", WARRANTY, "36"),
        ("The fee for members is 20 euros.", "The fee is 20 euros; for members it is 12 euros.", "20"),
        ("A large berth costs 96 euros a night.", BERTHS, "96"),
        ("Doctors have 5 paid study days.", STUDY, "5"),
        ("Nurses have 8 paid study days.", STUDY, "8"),
        ("The trigger in patients with coronary disease is 70 g/l.", TRIGGER, "70"),
        ("Blood bank samples are kept for 3 days.", SAMPLES, "3"),
        # the sentence beside, about a case that it begins with
        ("In theatres sessions lock after 4 minutes.", SESSIONS, "4"),
        (
            "On Sundays the gate opens after 5 minutes.",
            "The gate opens after 5 minutes. On Sundays it opens after 20 minutes.",
            "5",
        ),
        # ranks
        ("The first reminder costs €8.", REMINDERS, "first"),
        ("The third reminder is free of charge.", REMINDERS, "free of charge"),
        ("Trainees need a certificate from the fourth day.", CERTIFICATE, "fourth"),
        ("A certificate is needed from the first day.", CERTIFICATE, "first"),
        # what does not apply any more
        ("Sessions lock after 10 minutes.", SESSIONS, "10"),
        ("Keys are changed every 90 days.", KEYS, "90"),
        ("The charge is 30 euros.", "The charge is 25 euros (previously 30 euros).", "30"),
        # columns whose names have numbers
        ("Vancomycin 15 mg/kg is given every 24 hours when the eGFR is above 50.", DOSES, "24"),
        ("With an eGFR above 50 cefuroxime is given as 1.5 g every 12 hours.", DOSES, "12"),
        ("With an eGFR of 20–50 vancomycin is given as 15 mg/kg every 12 hours.", DOSES, "12"),
        # rows whose other cells differ as well, or that begin with a code
        ("Potassium is stable for 24 h.", TESTS, "24"),
        ("Recovery of the payment is due on 15 August.", MEASURES, "15 August"),
        ("The dog tax for the first dog is 132 euros.", TAXES, "132"),
        # two days of one month; one side of an "and"; what comes first need not be said again; a value that says when
        ("The go-live in Leeds is forecast for 2025-11-03.", PLAN, "2025-11-03"),
        ("Overtime on Sundays is paid with a supplement of 25 %.", OVERTIME, "25"),
        ("Overtime on public holidays is paid with a supplement of 25 %.", OVERTIME, "25"),
        ("After 10 years of service leave is 27 days a year.", LEAVE, "27"),
        # far down the table
        ("Wash B takes 47 litres of water.", LOADS, "47"),
    ],
)
def test_a_value_that_stands_beside_something_else_is_found(claim: str, passage: str, value: str) -> None:
    assert value in found(claim, passage)
    (support,) = LexicalVerifier(0.0).verify([claim], [passage])
    assert support.verdict != "supported"
    assert any(value in claim[start:end] for start, end in support.unsupported_spans)


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The C2 produces 56 dB(A).", NOISE),
        ("The C2R produces 59 dB(A).", NOISE),
        ("The C2 produces 56 dB(A) and the C2R 59 dB(A).", NOISE),
        ("B suppliers are audited every 2 years.", AUDITS),
        ("Suppliers of class A are audited every 4 years.", AUDITS),
        ("Torque screwdrivers are calibrated every 12 months.", CALIBRATION),
        ("Multimeters are calibrated every 24 months.", CALIBRATION),
        ("Records are retained for 10 years.", RETENTION),
        ("Records on calibrators are retained for 15 years.", RETENTION),
        ("The Calyx 410 weighs 4.2 kg.", WEIGHTS),
        ("The Calyx 420 costs EUR 10,400.", PRICES),
        ("Staff pay 4.80 euros for menu 1.", MENUS),
        ("Staff pay 6.90 euros for menu 2.", MENUS),
        ("Laboratory supplies are given 38,200 euros.", BUDGET),
        ("A parcel may weigh 5 kg.", "A parcel may weigh between 5 and 10 kg."),
        ("The pool is open on Saturday.", "The pool is open on Friday, Saturday and Sunday."),
        ("The pump will be there on Thursday.", "The pump arrives on Thursday and will be fitted on Friday."),
        # the segment goes on about what stands before it
        (
            "For the breakdown Ferlin pays back 30 %.",
            "Ferlin pays back 5 % for an hour of a breakdown, thus 30 % in all.",
        ),
        # another place gives the value to what the claim is about
        (
            "Theses are kept for 5 years.",
            "Papers are kept for 5 years, theses for 10 years.\n\nSince May theses are kept for 5 years.",
        ),
        ("Withdrawals are limited to EUR 2,000 a week.", LIMITS),
        ("The core time on Friday is 9:00 to 12:30.", CORE_TIME),
        ("500 to 999 seats get a discount of 10 %.", DISCOUNTS),
        ("The statement is debited on the 28th.", STATEMENT),
        ("The kiosk is open until 22:00 from Monday to Saturday.", KIOSK),
        ("Cash in a locked safe is covered up to EUR 20,000.", CASH),
        ("From Monday to Saturday, the kiosk is open until 22:00.", KIOSK),
        ("Customers have 30 days to buy missing seats.", SEATS),
        ("Batteries have a warranty of 12 months.", WARRANTY),
        ("The warranty is 36 months from delivery.", WARRANTY),
        ("A large berth costs 148 euros a night.", BERTHS),
        ("Doctors have 8 paid study days.", STUDY),
        ("The trigger in stable patients is 70 g/l.", TRIGGER),
        ("Whole blood is kept for 3 days.", SAMPLES),
        ("Sessions lock after 4 minutes.", SESSIONS),
        ("In theatres sessions stay open for 90 minutes.", SESSIONS),
        ("Dangerous defects must be mended within 48 hours.", DEFECTS),
        ("Defects must be mended within 20 working days.", DEFECTS),
        ("Heavy parcels cost EUR 9.", "Parcels cost EUR 5. Heavy ones cost EUR 9."),
        ("Sessions locked after 10 minutes before.", SESSIONS),
        ("It was every 90 days that keys were changed.", KEYS),
        ("The second reminder costs €8.", REMINDERS),
        ("The first reminder is free of charge.", REMINDERS),
        ("Trainees need a certificate from the first day.", CERTIFICATE),
        ("A certificate is needed from the fourth day.", CERTIFICATE),
        ("With an eGFR of 20–50 cefuroxime is given as 1.5 g every 12 hours.", DOSES),
        ("Vancomycin 15 mg/kg is given every 12 hours when the eGFR is above 50.", DOSES),
        ("Potassium is stable for 2 h.", TESTS),
        ("Recovery of the payment is due on 31 July.", MEASURES),
        ("The dog tax for the first dog is 84 euros.", TAXES),
        ("The dog tax for each further dog is 132 euros.", TAXES),
        ("Wash H takes 47 litres of water.", LOADS),
        ("The go-live in Leeds is forecast for 2025-11-24.", PLAN),
        ("The go-live in Leeds is planned for November 2025.", PLAN),
        ("Overtime is paid with a supplement of 25 %.", OVERTIME),
        ("Overtime on Sundays is paid with a supplement of 60 %.", OVERTIME),
        ("After 10 years of service leave is 30 days a year.", LEAVE),
        ("Leave is 27 days a year.", LEAVE),
        # the claim names what the other time is of as well
        ("The flight from Graz to Oslo arrives at 9:10.", FLIGHTS),
        # the number is a part of a name
        ("The neighbour at no. 44 came.", "My neighbour at no. 44 came. The bay is for no. 45."),
        ("Route 7 ends at the port.", "Route 5 ends at the mill and route 7 at the port."),
    ],
)
def test_a_value_of_what_the_claim_is_about_is_not(claim: str, passage: str) -> None:
    assert found(claim, passage) == []


def test_where_the_right_value_stands_there_too_the_claim_is_contradicted() -> None:
    claim = "The C2R produces 56 dB(A)."
    overlap = compare(claim, Grounds([NOISE]))
    assert [claim[start:end] for start, end in overlap.opposed] == ["56"]
    (support,) = LexicalVerifier(0.0).verify([claim], [NOISE])
    assert support.verdict == "contradicted"


def test_numbers_of_names_and_ranges_are_told_from_quantities() -> None:
    kinds = {value.kind for value in values("The Calyx 410 weighs 4 kg, costs EUR 300 and came on Monday, 3 May 2021.")}
    assert kinds == {"mass", "money", "weekday", "date"}
    kinds = {value.kind for value in values("It is open 9:00-17:00 on the 3rd for groups of 5 to 7.")}
    assert kinds == {"range of clock", "ordinal", "range of bare"}
    assert [value.worths for value in values("It rose from 5 to 7 %.")] == [("5",), ("7",)]


@given(
    st.text(alphabet="ab 1234,.|;:A\n%€", max_size=80),
    st.lists(st.text(alphabet="ab 1234,.|;:A\n%€", max_size=120), max_size=3),
)
def test_any_texts_have_an_answer(claim: str, passages: list[str]) -> None:
    assert all(value.text in claim for value in mispaired(claim, Grounds(passages).told))


def test_a_long_list_costs_no_more_than_its_length() -> None:
    passage = ", ".join(f"part {n} weighs {n % 7} kg" for n in range(3_000)) + "."
    assert found("Part a weighs 5 kg.", passage) == []
