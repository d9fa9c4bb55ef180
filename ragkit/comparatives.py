"""Adjectives that compare: what is more of something than another thing, and what is less of it."""

from __future__ import annotations

AXES = (
    ("big", "bigger larger greater", "smaller lesser"),
    ("long", "longer", "shorter briefer"),
    ("tall", "taller", "shorter smaller"),
    ("high", "higher", "lower"),
    ("heavy", "heavier", "lighter"),
    ("old", "older elder", "younger newer"),
    ("wide", "wider broader", "narrower"),
    ("thick", "thicker", "thinner"),
    ("deep", "deeper", "shallower"),
    ("fast", "faster quicker", "slower"),
    ("early", "earlier sooner", "later"),
    ("many", "more", "fewer less"),
    ("good", "better", "worse"),
    ("warm", "warmer hotter", "cooler colder"),
    ("expensive", "dearer costlier pricier more-expensive more-costly", "cheaper less-expensive less-costly"),
    ("strong", "stronger", "weaker"),
    ("loud", "louder noisier", "quieter"),
    ("difficult", "harder more-difficult", "easier less-difficult"),
    ("hard", "harder", "softer"),
    ("bright", "brighter", "darker dimmer"),
    ("rich", "richer wealthier", "poorer"),
    ("far", "farther further", "nearer closer"),
    ("safe", "safer less-dangerous", "riskier more-dangerous"),
    ("strict", "stricter", "laxer"),
    ("wet", "wetter", "drier dryer"),
    ("clean", "cleaner", "dirtier"),
    ("common", "commoner more-common", "rarer less-common"),
)
"""Of each scale its adjective, and the comparatives of the one end and of the other; a word may be on several."""


def comparatives(adjective: str) -> list[str]:
    """All comparatives on the scale of an adjective, those of two words with a blank."""
    return [word.replace("-", " ") for name, *ends in AXES if name == adjective for end in ends for word in end.split()]


def adjective(comparative: str) -> str:
    """The adjective of a comparative, of one on several scales that of the first; empty for any other word."""
    return next((name for name, *_ in AXES if comparative in comparatives(name)), "")
