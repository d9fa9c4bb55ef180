"""A formula in MathML to one line of text: the TeX that it was made from where it holds that, else as it is read."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

_STYLED = re.compile(r"\{\\(?:display|text)style (.*)\}")
_JOINTS = {"mfrac": "/", "msub": "_", "msup": "^", "msubsup": "_^", "munder": "_", "mover": "^", "munderover": "_^"}
"""What stands before the second and the third part."""
_ROOTS = {"msqrt": "√", "mroot": "√"}
_BETWEEN = {"mtd": " ", "mtr": "; "}


def formula(math: etree._Element) -> str:
    """The text of ``<math>``. Iterative, as nesting has no limit."""
    for note in math.iter("{*}annotation"):
        if "tex" in note.get("encoding", "") and (note.text or "").strip():
            return _STYLED.sub(r"\1", " ".join((note.text or "").split()))
    parts: list[str] = []
    walk = etree.iterwalk(math, events=("start", "end"))
    for event, element in walk:
        name = _name(element)
        if event == "start" and name in {"annotation", "annotation-xml"}:
            walk.skip_subtree()
        elif event == "start":
            parts += [_joint(element), _ROOTS.get(name, ""), "(" * _is_group(element), (element.text or "").strip()]
        else:
            parts += [")" * _is_group(element)]
    text = " ".join("".join(parts).split())
    return text or " ".join(math.get("alttext", "").split())


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _joint(element: etree._Element) -> str:
    """What stands between this and what precedes it."""
    outer, place = element.getparent(), len(list(islice(element.itersiblings(preceding=True), 3)))
    if outer is None or not place:
        return ""
    return _JOINTS.get(_name(outer), "")[place - 1 : place] or _BETWEEN.get(_name(element), "")


def _is_group(element: etree._Element) -> bool:
    """Whether a part of a fraction, a power or a root is to be set in brackets."""
    outer = element.getparent()
    return len(element) > 1 and outer is not None and _name(outer) in {*_JOINTS, *_ROOTS}
