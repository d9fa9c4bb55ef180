"""Vocabularies and makers of values: names, places, amounts, dates and codes in such number that none is learned."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

Maker = Callable[[random.Random], str]

COUNTRIES = tuple(
    "Norway,Sweden,Denmark,Finland,Iceland,Ireland,Portugal,Spain,France,Belgium,Austria,Switzerland,Italy,Greece,"
    "Poland,Slovakia,Slovenia,Croatia,Hungary,Romania,Bulgaria,Estonia,Latvia,Lithuania,Malta,Cyprus,Turkey,Morocco,"
    "Tunisia,Egypt,Kenya,Ghana,Nigeria,Senegal,Namibia,Botswana,Zambia,Rwanda,Uganda,Jordan,Oman,Qatar,Kuwait,India,"
    "Nepal,Vietnam,Thailand,Malaysia,Singapore,Indonesia,Japan,Mongolia,Canada,Mexico,Panama,Peru,Chile,Argentina,"
    "Uruguay,Paraguay,Brazil,Colombia,Ecuador,Bolivia,Cuba,Jamaica,Fiji,Samoa,Serbia,Albania,Armenia,Georgia".split(",")
)
CITIES = tuple(
    "Bergen,Malmö,Aarhus,Tampere,Cork,Porto,Seville,Lyon,Ghent,Graz,Basel,Turin,Patras,Gdansk,Brno,Ljubljana,Split,"
    "Debrecen,Cluj,Varna,Tartu,Riga,Kaunas,Valletta,Izmir,Tangier,Alexandria,Mombasa,Kumasi,Lagos,Dakar,Windhoek,"
    "Lusaka,Kigali,Kampala,Amman,Muscat,Doha,Pune,Jaipur,Hanoi,Penang,Bandung,Osaka,Nagoya,Busan,Taipei,Perth,"
    "Hobart,Auckland,Halifax,Ottawa,Calgary,Boston,Denver,Seattle,Austin,Tampa,Puebla,Lima,Rosario,Recife,Bogota,"
    "Quito,Leeds,Bristol,Cardiff,Dundee,Bremen,Leipzig,Utrecht,Rotterdam,Nantes,Bilbao,Verona,Trieste".split(",")
)
FIRST = tuple(
    "Ada,Bruno,Carla,Dario,Edith,Farid,Greta,Hugo,Ines,Jonas,Karim,Lena,Marek,Nadia,Otto,Priya,Quentin,Rosa,Samir,"
    "Tilda,Umar,Vera,Wanda,Xenia,Yusuf,Zoe,Alma,Boris,Celia,Dmitri,Elif,Felix,Gita,Henrik,Ivo,Jana,Kofi,Lucia,Milan,"
    "Noor,Olga,Pavel,Ravi,Selma,Tomas,Ulla,Viktor,Wim,Yara,Zeno".split(",")
)
LAST = tuple(
    "Abbott,Brandt,Castell,Dahl,Eriksen,Fontaine,Gruber,Haddad,Ivanova,Jansen,Kowal,Lindqvist,Moreau,Novak,Okafor,"
    "Petrov,Quist,Rossi,Sandoval,Tanaka,Ueda,Vargas,Weber,Xu,Yilmaz,Zeman,Aldous,Becker,Cortez,Delgado,Engel,Fischer,"
    "Garnier,Hoffman,Ibarra,Joshi,Keller,Lambert,Mendes,Nyman,Olsen,Pereira,Rahman,Sorensen,Thorne,Vogel".split(",")
)
_SYLLABLES = "bel dor kan mi ra to ven sul pa ri lo ma ner vi ta zu fen gar hol jin kes lum nor qui ser tav".split()
_ENDINGS = "x n r a on is us ix or el ia um ent ax".split()
MONTHS = "January,February,March,April,May,June,July,August,September,October,November,December".split(",")
DAYS = "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday".split(",")


def one_of(options: str | Sequence[str]) -> Maker:
    """One of the options; a string names them with bars between."""
    listed = tuple(options.split("|")) if isinstance(options, str) else tuple(options)
    return lambda rng: rng.choice(listed)


def number(low: int, high: int, step: int = 1, form: str = "{}") -> Maker:
    """A whole number in ``form``, with a comma in thousands; several forms have bars between them."""
    forms = form.split("|")
    return lambda rng: rng.choice(forms).format(f"{rng.randrange(low, high + 1, step):,}")


def decimal(low: float, high: float, form: str = "{}", digits: int = 1) -> Maker:
    """A number with decimals in ``form``."""
    return lambda rng: form.format(f"{rng.uniform(low, high):.{digits}f}")


def money(low: int, high: int, step: int = 1, per: str = "") -> Maker:
    """An amount in one of several currencies and notations."""
    forms = ("{} EUR", "€{}", "${}", "USD {}", "£{}", "CHF {}", "{} kr", "{} euros")
    return lambda rng: rng.choice(forms).format(f"{rng.randrange(low, high + 1, step):,}") + per


def percent(low: int, high: int) -> Maker:
    """A percentage, at times with one decimal."""
    return lambda rng: f"{rng.randint(low, high)}{rng.choice(['%', '%', ' percent', f'.{rng.randint(1, 9)}%'])}"


def date(first: int = 2016, last: int = 2031) -> Maker:
    """A day in one of three notations."""

    def make(rng: random.Random) -> str:
        day, month, year = rng.randint(1, 28), rng.randrange(12), rng.randint(first, last)
        return rng.choice(
            [f"{day} {MONTHS[month]} {year}", f"{year}-{month + 1:02}-{day:02}", f"{MONTHS[month]} {day}, {year}"]
        )

    return make


def month(rng: random.Random) -> str:
    """A month with its year."""
    return f"{rng.choice(MONTHS)} {rng.randint(2015, 2024)}"


def clock(first: int = 5, last: int = 22) -> Maker:
    """A time of day."""
    return lambda rng: (
        f"{rng.randint(first, last)}:{rng.choice(['00', '05', '10', '15', '20', '30', '40', '45', '50'])}"
    )


def hours(rng: random.Random) -> str:
    """Opening hours."""
    start, end = clock(6, 11)(rng), clock(14, 22)(rng)
    return rng.choice([f"{start} to {end}", f"{start}-{end}", f"{start} – {end}"])


def weekdays(rng: random.Random) -> str:
    """A stretch of weekdays, or one."""
    left, right = sorted(rng.sample(range(7), 2))
    return rng.choice([f"{DAYS[left]} to {DAYS[right]}", f"{DAYS[left]}s", f"{DAYS[left]} and {DAYS[right]}"])


def coded(pattern: str) -> Maker:
    """A code: ``#`` becomes a digit, ``@`` a capital letter; several patterns have bars between them."""
    patterns = pattern.split("|")

    def make(rng: random.Random) -> str:
        signs = {"#": "0123456789", "@": "ABCDEFGHKLMNPRSTVX"}
        drawn = rng.choice(patterns)
        return "".join(rng.choice(signs[sign]) if sign in signs else sign for sign in drawn)

    return make


def coined(rng: random.Random) -> str:
    """A made-up name."""
    body = "".join(rng.choices(_SYLLABLES, k=rng.randint(1, 2)))
    return (body + rng.choice(_SYLLABLES[:12]) + rng.choice(_ENDINGS)).capitalize()


def product(rng: random.Random) -> str:
    """A product's name, often with a number or a suffix."""
    tail = rng.choice(
        [
            f"{rng.randint(1, 99) * 10}",
            f"{rng.choice('ABCDEKLMRSTX')}{rng.randint(1, 9)}",
            "Pro",
            "Mini",
            "Plus",
            "II",
            "",
        ]
    )
    return f"{coined(rng)} {tail}".strip()


def person(rng: random.Random) -> str:
    """A first and a last name."""
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def email(rng: random.Random) -> str:
    """A mail address."""
    return f"{rng.choice(LAST).lower()}@{coined(rng).lower()}.{rng.choice(['example', 'org', 'net'])}"


def phone(rng: random.Random) -> str:
    """A telephone number or an extension."""
    return coded(rng.choice(["ext. ####", "+## ## ### ####", "### ####", "extension ###"]))(rng)


def version(rng: random.Random) -> str:
    """A version number."""
    return f"{rng.randint(1, 12)}.{rng.randint(0, 20)}" + rng.choice(["", f".{rng.randint(0, 9)}"])


def option(rng: random.Random) -> str:
    """The name of a setting."""
    left = "cache retry log session upload worker index queue token batch proxy disk thread sync audit mail".split()
    right = "limit size timeout interval level path mode depth ttl window threads format delay quota".split()
    joint = rng.choice(["_", "_", "-", "."])
    return f"{rng.choice(left)}{joint}{rng.choice(right)}"


def flag(rng: random.Random) -> str:
    """The name of a command-line option."""
    words = "force dry-run verbose output depth jobs since exclude max-size follow color retries profile target".split()
    return f"--{rng.choice(words)}"


def endpoint(rng: random.Random) -> str:
    """A method and a path."""
    things = "orders invoices users files exports sessions reports webhooks tickets devices batches labels".split()
    tail = rng.choice(["", "", "/:id", "/search", "/bulk"])
    return f"{rng.choice(['GET', 'POST', 'PUT', 'DELETE'])} /{rng.choice(things)}{tail}"


def pair(left: str | Maker, right: str | Maker, joint: str = " ") -> Maker:
    """Two words after one another."""
    first = one_of(left) if isinstance(left, str) else left
    second = one_of(right) if isinstance(right, str) else right
    return lambda rng: first(rng) + joint + second(rng)


def distinct(make: Maker, count: int, rng: random.Random, taken: Sequence[str] = ()) -> list[str]:
    """Up to ``count`` values of which none contains another or one of ``taken``, case ignored."""
    found: list[str] = []
    for _ in range(20 * count):
        value = make(rng)
        others = [text.lower() for text in (*found, *taken)]
        if not any(value.lower() in other or other in value.lower() for other in others):
            found.append(value)
            if len(found) == count:
                break
    return found


PLANS = one_of(
    "Starter|Basic|Team|Business|Enterprise|Free|Plus|Standard|Premium|Solo|Growth|Scale|Education|Nonprofit"
)
