"""Domains of goods and services: prices, data sheets, delivery, guarantees and care."""

from __future__ import annotations

from ragkit.tune.drills.schema import Schema, col
from ragkit.tune.drills.words import (
    COUNTRIES,
    PLANS,
    coded,
    coined,
    date,
    decimal,
    money,
    number,
    one_of,
    pair,
    phone,
    product,
)

SCHEMAS = (
    Schema(
        "plans",
        ("Pricing", "Plans and prices", "Subscriptions > Compare plans"),
        "Plan",
        PLANS,
        (
            col(
                "price per month|monthly price|monthly fee",
                money(3, 290),
                "How much is {s} per month?",
                "What does {s} cost a month?",
                "{s} costs {v} a month.",
            ),
            col(
                "storage|storage space",
                number(5, 990, 5, "{} GB"),
                "How much storage comes with {s}?",
                "{s} comes with {v} of storage.",
            ),
            col(
                "number of users|user limit",
                number(2, 500, 1, "{}|{} users"),
                "How many people can use {s}?",
                "{s} is for up to {v}.",
            ),
            col(
                "support hours|hours of support",
                one_of("24/7|weekdays 8 to 18|weekdays 9-17|business hours|mornings only"),
                "When can customers on {s} get support?",
            ),
            col(
                "trial period|free trial",
                number(7, 60, 1, "{} days"),
                "How long can I try {s} for free?",
                "{s} can be tried free for {v}.",
            ),
            col(
                "API calls per day|daily API limit",
                number(100, 90000, 100),
                "How many API calls may I make per day on {s}?",
            ),
            col(
                "cancellation period|notice to cancel",
                number(2, 12, 1, "{} weeks"),
                "How long before must I cancel {s}?",
            ),
        ),
        subject="the {} plan",
        of="for the {} plan",
    ),
    Schema(
        "regions",
        ("Price list", "Prices by market", "Licences > Price list"),
        "Product",
        product,
        (
            col(
                "price|list price|cost",
                money(9, 2900),
                "How much is {s} in {axis}?",
                "What do I pay for {s} in {axis}?",
                "{s} sells at {v} in {axis}.",
            ),
            col(
                "delivery time|shipping time",
                number(2, 30, 1, "{} days"),
                "How long does {s} take to arrive in {axis}?",
            ),
            col("warranty|warranty period", number(6, 72, 6, "{} months"), "How long is {s} under warranty in {axis}?"),
            col("launch date|release date", date(2019, 2027), "When did {s} come out in {axis}?"),
        ),
        of="of the {}",
        axis=one_of(COUNTRIES),
        axis_phrase="in {}",
    ),
    Schema(
        "specs",
        ("Technical data", "Data sheet", "Products > Specifications"),
        "Model",
        product,
        (
            col(
                "weight", decimal(0.3, 48, "{} kg"), "How heavy is {s}?", "How much does {s} weigh?", "{s} weighs {v}."
            ),
            col(
                "battery life|running time",
                number(3, 60, 1, "{} hours"),
                "How long does the battery of {s} last?",
                "{s} runs for {v} on one charge.",
            ),
            col(
                "screen size|display size",
                decimal(4, 34, "{} inches"),
                "How big is the screen of {s}?",
                "{s} has a {v} screen.",
            ),
            col(
                "power consumption|power draw",
                number(4, 2200, 2, "{} W"),
                "How much power does {s} use?",
                "{s} draws {v}.",
            ),
            col("noise level", number(18, 80, 1, "{} dB"), "How loud is {s}?"),
            col("memory|RAM", number(2, 128, 2, "{} GB"), "How much memory has {s}?", "{s} has {v} of memory."),
            col(
                "operating temperature|temperature range",
                one_of("0 to 40 °C|-10 to 50 °C|5 to 35 °C|-20 to 60 °C|10-30 °C|0-55 °C"),
                "At what temperatures can {s} be used?",
            ),
            col(
                "colour|available colours",
                one_of("black|white|dark green|red and grey|silver|navy blue|sand|orange"),
                "What colour is {s}?",
            ),
        ),
        subject="the {}",
        of="of the {}",
    ),
    Schema(
        "shipping",
        ("Shipping", "Delivery > Rates and times", "Orders > Shipping"),
        "Country",
        one_of(COUNTRIES),
        (
            col(
                "shipping fee|delivery charge|shipping cost",
                money(2, 80),
                "How much is it to ship to {name} by {axis}?",
                "What does it cost to send a parcel to {name} by {axis}?",
            ),
            col(
                "delivery time|shipping time",
                number(2, 21, 1, "{} days|{} business days"),
                "How long is a parcel to {name} on its way by {axis}?",
            ),
            col(
                "weight limit|maximum weight",
                number(2, 60, 1, "{} kg"),
                "How heavy may a parcel to {name} by {axis} be?",
            ),
        ),
        of="to {}",
        axis=one_of("standard|express|economy|priority|registered|overnight"),
        axis_phrase="by {} mail",
    ),
    Schema(
        "warranty",
        ("Warranty", "Service > Guarantee", "After sales"),
        "Product line",
        pair(coined, "washers|ovens|pumps|drills|lamps|boilers|mowers|fridges|saws"),
        (
            col(
                "warranty|warranty period|guarantee",
                number(6, 120, 6, "{} months"),
                "How long are {s} under warranty?",
                "How many months of guarantee do {s} have?",
                "{s} come with a warranty of {v}.",
            ),
            col(
                "return window|time for returns",
                number(7, 100, 1, "{} days"),
                "How long can I send back {s}?",
                "{s} can be returned within {v}.",
            ),
            col(
                "service interval|interval of servicing",
                number(200, 9000, 100, "{} hours"),
                "When do {s} need a service?",
                "{s} need a service every {v}.",
            ),
            col(
                "spare part supply|supply of spare parts",
                number(3, 20, 1, "{} years"),
                "How long can I get spare parts for {s}?",
            ),
            col("service phone|hotline", phone, "Whom do I call about {s}?"),
        ),
    ),
    Schema(
        "maintenance",
        ("Maintenance > Intervals", "Maintenance plan", "Service manual"),
        "Part",
        one_of(
            "drive belt|air filter|oil filter|coolant|spark plug|gearbox oil|brake pad|chain|seal ring|bearing|"
            "nozzle|hydraulic hose|fuse|blade|cooling fan|water trap"
        ),
        (
            col(
                "inspection interval|interval of checks",
                number(50, 2000, 50, "{} hours|{} km"),
                "How often do I check {s} on the {axis}?",
            ),
            col(
                "replacement interval|interval of replacement",
                number(500, 9000, 100, "{} hours|{} km"),
                "When must {s} be replaced on the {axis}?",
            ),
            col("torque|tightening torque", number(4, 220, 1, "{} Nm"), "How tight should {s} be on the {axis}?"),
            col("part number|spare part number", coded("@##-###|###-@@-#"), "Which part number has {s} on the {axis}?"),
        ),
        subject="the {}",
        of="of the {}",
        axis=product,
        axis_phrase="on the {}",
    ),
    Schema(
        "medicine",
        ("Dosage", "Leaflet > How to take it", "Medicines > Dose by age"),
        "Medicine",
        coined,
        (
            col(
                "single dose|dose",
                number(5, 900, 5, "{} mg|{} ml|{} drops"),
                "How much {name} may {axis} take at once?",
                "{axis} take {v} of {name}.",
            ),
            col(
                "daily maximum|maximum per day",
                number(20, 4000, 20, "{} mg|{} ml"),
                "How much {name} can {axis} take in a day at most?",
            ),
            col(
                "time between doses|interval between doses",
                number(2, 24, 1, "{} hours"),
                "How long must {axis} wait between two doses of {name}?",
            ),
            col(
                "length of treatment|duration of treatment",
                number(2, 21, 1, "{} days"),
                "For how long may {axis} take {name}?",
            ),
        ),
        of="of {}",
        axis=one_of(
            "infants|toddlers|teenagers|pregnant women|people over 65|children aged 6 to 9|children aged 10 to 12"
        ),
    ),
)
