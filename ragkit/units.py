"""What amounts are counted in, in all its forms: kg, kilograms and kilos. English; a closed table."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

Unit = tuple[str, str]
"""What it measures, and the unit."""

SHARE = "share"
"""A number of this is none of anything else."""
UNITS: Mapping[str, tuple[str, ...]] = {
    "temperature": ("°C ℃ C celsius centigrade", "°F ℉ F fahrenheit"),
    "half of the day": ("am", "pm"),
    "money": ("$ USD dollar dollars", "€ EUR euro euros", "£ GBP", "¥ JPY yen", "CHF franc francs"),
    "mass": (
        "µg μg mcg microgram micrograms",
        "mg milligram milligrams",
        "g gram grams",
        "kg kilogram kilograms kilo kilos",
        "t ton tons tonne tonnes",
        "lb lbs pound pounds",
        "oz ounce ounces",
    ),
    "length": (
        "nm nanometre nanometres nanometer nanometers",
        "µm μm micron microns micrometre micrometres micrometer micrometers",
        "mm millimetre millimetres millimeter millimeters",
        "cm centimetre centimetres centimeter centimeters",
        "m metre metres meter meters",
        "km kilometre kilometres kilometer kilometers",
        "inch inches",
        "ft foot feet",
        "yd yard yards",
        "mile miles mi",
    ),
    "speed": ("km/h kph kmh", "mph", "m/s", "knot knots kn"),
    "area": (
        "ha hectare hectares",
        "acre acres",
        "m² m2 sqm",
        "km² km2",
        "ft² ft2 sqft",
    ),
    SHARE: ("% percent",),
    "time": (
        "µs μs microsecond microseconds",
        "ms millisecond milliseconds",
        "s sec second seconds",
        "min minute minutes",
        "h hr hrs hour hours",
        "day days",
        "week weeks",
        "month months",
        "year years",
        "decade decades",
        "century centuries",
    ),
    "volume": (
        "ml mL millilitre millilitres milliliter milliliters",
        "cl cL",
        "l L litre litres liter liters",
        "gal gallon gallons",
        "pint pints",
        "m³ m3",
    ),
    "storage": (
        "kB KB kilobyte kilobytes",
        "MB megabyte megabytes",
        "GB gigabyte gigabytes",
        "TB terabyte terabytes",
        "PB petabyte petabytes",
    ),
    "data rate": ("kbit/s kbps", "Mbit/s Mbps", "Gbit/s Gbps"),
    "power": (
        "mW",
        "W watt watts",
        "kW kilowatt kilowatts",
        "MW megawatt megawatts",
        "GW gigawatt gigawatts",
        "hp horsepower",
    ),
    "energy": ("Wh", "kWh", "MWh", "GWh", "J joule joules", "kJ", "MJ", "cal calorie calories", "kcal"),
    "current": ("µA μA", "mA", "A amp amps ampere amperes"),
    "voltage": ("mV", "V volt volts", "kV"),
    "frequency": ("Hz", "kHz", "MHz", "GHz"),
    "pressure": ("mbar", "bar", "Pa", "kPa", "MPa", "psi"),
    "size": ("thousand", "million mn", "billion bn", "trillion tn"),
}
OF_DAYS = (
    "(?:banking|business|calendar|clear|complete|consecutive|full|opening|school|straight|successive|whole|working)"
)
"""Stands between a number and what it counts: 20 working days."""
SIZES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
"""Words that make a number larger, and how many noughts they are."""
_FACTORS = {
    "length": {"mm": "1", "cm": "10", "m": "1000", "km": "1000000"},
    "mass": {"mg": "1", "g": "1000", "kg": "1000000", "t": "1000000000"},
    "time": {"ms": "1", "s": "1000", "min": "60000", "h": "3600000", "day": "86400000", "week": "604800000"},
    "long time": {"month": "1", "year": "12"},
    "volume": {"ml": "1", "l": "1000"},
    "power": {"mW": "1", "W": "1000", "kW": "1000000", "MW": "1000000000"},
    "voltage": {"mV": "1", "V": "1000", "kV": "1000000"},
    "frequency": {"Hz": "1", "kHz": "1000", "MHz": "1000000", "GHz": "1000000000"},
}
FACTOR = {unit: (kind, Decimal(factor)) for kind, units in _FACTORS.items() for unit, factor in units.items()}
"""What is converted, and how many of the smallest unit of its kind each unit is."""
_SIGNS = 2
"""Letters of a form whose case may matter, at most: mW is no MW."""

_UNIT = {form: (kind, unit[0]) for kind, units in UNITS.items() for unit in map(str.split, units) for form in unit}
_OF_ANY_CASE = {form.lower(): unit for form, unit in _UNIT.items() if len(form) > _SIGNS}


def unit_of(form: str) -> Unit | None:
    """The unit that is written so."""
    return _UNIT.get(form) or _OF_ANY_CASE.get(form.lower())
