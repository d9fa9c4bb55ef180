"""Domains of towns, lines, clubs, laboratories and kitchens."""

from __future__ import annotations

from ragkit.tune.drills.schema import Schema, col
from ragkit.tune.drills.words import (
    clock,
    coded,
    coined,
    decimal,
    number,
    one_of,
    pair,
    person,
)

SCHEMAS = (
    Schema(
        "transport",
        ("Timetable", "Bus lines", "Getting here > Lines"),
        "Line",
        one_of([f"line {n}" for n in range(1, 95)]),
        (
            col("first departure|first bus", clock(4, 8), "When does the first bus of {s} go?", "{s} starts at {v}."),
            col(
                "last departure|last bus",
                clock(19, 23),
                "When does the last bus of {s} leave?",
                "The last bus of {s} leaves at {v}.",
            ),
            col("interval|frequency", number(4, 60, 1, "{} minutes|every {} minutes"), "How often does {s} run?"),
            col(
                "terminus|last stop",
                pair(coined, "Square|Station|Road|Park|Harbour"),
                "Where does {s} end?",
                "{s} ends at {v}.",
            ),
            col(
                "fare|ticket price",
                decimal(1.1, 9.9, "{} EUR", 2),
                "What does a ticket for {s} cost?",
                "A ticket for {s} is {v}.",
            ),
            col("travel time|journey time", number(9, 110, 1, "{} minutes"), "How long does {s} take from end to end?"),
        ),
        of="of {}",
    ),
    Schema(
        "sports",
        ("Season results", "Results > League table", "Club history"),
        "Club",
        pair(coined, "FC|United|Rovers|Athletic|City|Wanderers"),
        (
            col("points", number(12, 98), "How many points did {s} have in {axis}?"),
            col(
                "final place|final position",
                one_of([f"{n}th" for n in range(4, 20)]),
                "Where did {s} finish in {axis}?",
            ),
            col("top scorer|best scorer", person, "Who scored most for {s} in {axis}?"),
            col("coach|head coach", person, "Who coached {s} in {axis}?", "Who was the coach of {s} in {axis}?"),
            col("average attendance|attendance", number(900, 60000, 11), "How many people came to see {s} in {axis}?"),
        ),
        of="of {}",
        axis=one_of([str(y) for y in range(1985, 2025)]),
        axis_phrase="in {}",
    ),
    Schema(
        "geography",
        ("Places", "Facts and figures", "Gazetteer"),
        "Town",
        pair(coined, "Bay|Hill|Ford|Falls|Bridge|Harbour"),
        (
            col(
                "population|number of inhabitants",
                number(400, 900000, 13),
                "How many people live in {s}?",
                "{s} has {v} inhabitants.",
                "{s} is home to {v} people.",
            ),
            col(
                "height above sea level|altitude",
                number(4, 2900, 1, "{} m|{} metres"),
                "How high is {s}?",
                "{s} lies {v} above sea level.",
            ),
            col("area", number(3, 950, 1, "{} km²|{} square kilometres"), "How large is {s}?", "{s} covers {v}."),
            col("mayor", person, "Who is the mayor of {s}?", "The mayor of {s} is {v}."),
            col("river|main river", pair("River", coined), "Which river flows through {s}?", "{s} lies on the {v}."),
            col(
                "year of foundation|founding year",
                one_of([str(y) for y in range(1088, 1950)]),
                "When was {s} founded?",
                "{s} was founded in {v}.",
            ),
            col("annual rainfall|rainfall", number(150, 2400, 10, "{} mm"), "How much does it rain in {s}?"),
        ),
        of="of {}",
    ),
    Schema(
        "lab",
        ("Protocol > Samples", "Laboratory manual", "Methods > Incubation"),
        "Sample",
        pair("soil|blood|water|leaf|yeast|milk|saliva|bone|serum|pollen", coded("A#|B#|K##|T#")),
        (
            col(
                "incubation time",
                number(5, 95, 5, "{} minutes|{} hours"),
                "How long is {s} incubated?",
                "{s} is incubated for {v}.",
            ),
            col(
                "temperature|storage temperature",
                number(-80, 95, 1, "{} °C"),
                "At what temperature is {s} kept?",
                "{s} is kept at {v}.",
            ),
            col("volume|amount", decimal(0.1, 95, "{} ml"), "How much of {s} is used?"),
            col("buffer", coded("TBS-#|PBS #|@@ buffer"), "Which buffer is used with {s}?", "{s} is mixed with {v}."),
            col("pH|pH value", decimal(4, 9), "How acid must {s} be?", "{s} has a pH of {v}."),
            col(
                "spin speed|centrifuge speed",
                number(500, 14000, 100, "{} rpm|{} g"),
                "How fast is {s} spun?",
                "{s} is spun at {v}.",
            ),
        ),
        subject="sample {}",
        of="of sample {}",
    ),
    Schema(
        "recipes",
        ("Recipes", "Kitchen > Quantities", "Baking table"),
        "Dish",
        pair(coined, "cake|bread|stew|soup|pie|salad|tart|curry|dumplings"),
        (
            col(
                "baking time|cooking time", number(8, 180, 1, "{} minutes"), "How long do I cook {s}?", "{s} takes {v}."
            ),
            col(
                "oven temperature|temperature",
                number(90, 250, 5, "{} °C"),
                "How hot must the oven be for {s}?",
                "Bake {s} at {v}.",
            ),
            col(
                "amount of flour|flour",
                number(40, 950, 10, "{} g"),
                "How much flour goes into {s}?",
                "{s} needs {v} of flour.",
            ),
            col("number of servings|servings", number(2, 16), "How many people does {s} feed?", "{s} feeds {v}."),
            col("resting time", number(10, 240, 10, "{} minutes"), "How long must {s} rest?", "Let {s} rest for {v}."),
            col(
                "main spice|spice",
                one_of("cumin|saffron|nutmeg|thyme|sumac|cardamom|dill|paprika|star anise|fennel"),
                "What is {s} seasoned with?",
                "{s} is seasoned with {v}.",
            ),
        ),
        subject="the {}",
        of="of the {}",
    ),
)
