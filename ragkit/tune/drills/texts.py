"""Passages that are no tables: procedures, short instructions, conditions, lists and rules of what is allowed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from ragkit.tune.data import Question, Span
from ragkit.tune.drills import pool
from ragkit.tune.drills.ask import dressed
from ragkit.tune.drills.scene import FILLERS, Page
from ragkit.tune.drills.schema import capital
from ragkit.tune.drills.words import coined, distinct, one_of, product

LONGEST_LIST = 150
"""Characters of steps or items that are one answer together."""
Maker = Callable[[random.Random, str], Iterator[Question]]


class _Book:
    """Collects the questions about one page, which is complete when the first is asked."""

    def __init__(self, page: Page, group: str, rng: random.Random) -> None:
        self._page, self._group, self._rng = page, group, rng

    def ask(self, forms: Sequence[str], span: Span | None, negatives: Sequence[str] = ()) -> Question:
        """One of the forms, answered by ``span`` or not at all."""
        text = dressed(self._rng.choice(forms), self._rng)
        spans = () if span is None else (span,)
        return Question(
            text, self._page.text, spans, span is not None, self._group, negatives=tuple(negatives), whole=True
        )


def filled(template: str, rng: random.Random) -> str:
    """The template with each ``{kind}`` filled by a value of its kind."""
    while "{" in template:
        before, _, rest = template.partition("{")
        kind, _, after = rest.partition("}")
        template = before + pool.SLOTS[kind](rng) + after
    return template


def procedures(rng: random.Random, group: str) -> Iterator[Question]:
    """Numbered steps towards one goal or two."""
    chosen = rng.sample(pool.PROCEDURES, 3)
    thing, other = distinct(product, 2, rng)
    page, told = Page(), []
    if rng.random() < 0.5:
        page.add(
            rng.choice(["Manual > How to", "User guide", "Working instructions > Steps", "Help"]) + f" > {thing}\n"
        )
    for goal, templates in chosen[: rng.randint(1, 2)]:
        named = goal.format(f"the {thing}")
        told.append((named, _steps(page, capital(named), [filled(t, rng) for t in templates], rng)))
    _fill(page, rng)
    book = _Book(page, group, rng)
    asked = [question for goal, spans in told for question in _about_steps(book, page, goal, spans, rng)]
    yield from rng.sample(asked, 2)
    yield book.ask(_how(rng.choice(told)[0].replace(thing, other)), None)
    if rng.random() < 0.4:
        yield book.ask(_how(chosen[2][0].format(f"the {thing}")), None)


def _steps(page: Page, heading: str, steps: Sequence[str], rng: random.Random) -> list[Span]:
    page.add(rng.choice([f"{heading}\n\n", f"To {heading[:1].lower() + heading[1:]}:\n\n", f"{heading}:\n"]))
    mark = rng.choice(["{}. ", "{}) ", "Step {}: ", "- "])
    spans = []
    for number, step in enumerate(steps, 1):
        page.add(mark.format(number))
        spans.append((page.length, page.length + len(step) - 1))
        page.add(step + "\n")
    page.add("\n")
    return spans


def _about_steps(book: _Book, page: Page, goal: str, spans: list[Span], rng: random.Random) -> Iterator[Question]:
    whole = (spans[0][0], spans[-1][1])
    if whole[1] - whole[0] <= LONGEST_LIST:
        yield book.ask(_how(goal), whole)
    number = rng.randrange(len(spans) - 1)
    step = page.text[slice(*spans[number])]
    after = [f"What do I do after this step: {step}?", f'I want to {goal}. What comes after "{step}"?']
    yield book.ask(after, spans[number + 1])
    yield book.ask(
        [f"What is the first step to {goal}?", f"How do I start to {goal}?", f"What must I do first to {goal}?"],
        spans[0],
    )
    if rng.random() < 0.5:
        yield book.ask([f"What is the last step to {goal}?", f"What do I do at the end to {goal}?"], spans[-1])
    else:
        last = page.text[slice(*spans[-1])]
        yield book.ask(
            [
                f'I want to {goal}. What comes after "{last}"?',
                f"Why do I have to {goal}?",
                f"How long does it take to {goal}?",
                f"Who may {goal}?",
            ],
            None,
        )


def _how(goal: str) -> list[str]:
    return [
        f"How do I {goal}?",
        f"How can I {goal}?",
        f"What do I have to do to {goal}?",
        f"how to {goal}",
        f"Steps to {goal}?",
        f"I want to {goal}. How does that work?",
    ]


def instructions(rng: random.Random, group: str) -> Iterator[Question]:
    """Tasks with a sentence on each: what manuals and FAQs are made of."""
    chosen = [(goal, filled(answer, rng)) for goal, answer in rng.sample(pool.TASKS, 6)]
    told, absent = chosen[: rng.randint(2, 4)], chosen[4:]
    page, spans = _titled("Help > How do I ...|FAQ|Tips|Quick reference|Guide > Everyday tasks", rng), []
    form = rng.randrange(4)
    for goal, answer in told:
        if form == 0:
            page.add(rng.choice([f"To {goal}, ", f"If you want to {goal}, ", f"You {goal} as follows: "]))
        elif form == 1:
            page.add(f"- {capital(goal)}: ")
        elif form == 2:
            page.add(f"{capital(goal)} | Instruction: ")
        else:
            page.add(f"How do I {goal}?\n")
        spans.append((page.length, page.length + len(answer)))
        page.add((answer if form != 3 else capital(answer)) + "." + ("\n" if form else " "))
    _fill(page, rng)
    book = _Book(page, group, rng)
    others = (" ".join(f"To {goal}, {answer}." for goal, answer in absent),)
    for (goal, _), span in rng.sample(list(zip(told, spans, strict=True)), 2):
        yield book.ask(_how(goal), span, others)
    yield book.ask(_how(absent[0][0]), None)
    if rng.random() < 0.5:
        yield book.ask(
            [f"Why would I {told[0][0]}?", f"Who is allowed to {told[0][0]}?", f"What does it cost to {told[0][0]}?"],
            None,
        )


def conditions(rng: random.Random, group: str) -> Iterator[Question]:
    """What happens if."""
    chosen = [(condition, filled(result, rng)) for condition, result in rng.sample(pool.CONDITIONS, 6)]
    told, absent = chosen[: rng.randint(2, 4)], chosen[4:]
    page, spans = _titled("Terms > Special cases|Rules|Conditions of use|Operations > Events|Agreement", rng), []
    for condition, result in told:
        form = rng.randrange(3)
        if form == 0:
            page.add(f"If {condition}, ")
        elif form == 1:
            page.add(f"When {condition}, ")
        start = page.length
        page.add(capital(result) if form == 2 else result)
        spans.append((start, page.length))
        page.add(f" if {condition}" if form == 2 else "").add(rng.choice([". ", ". ", ".\n"]))
        if rng.random() < 0.2:
            page.add(rng.choice(FILLERS) + " ")
    _fill(page, rng)
    book = _Book(page, group, rng)
    others = (" ".join(f"If {condition}, {result}." for condition, result in absent),)
    for (condition, _), span in rng.sample(list(zip(told, spans, strict=True)), 2):
        yield book.ask(_if(condition), span, others)
    yield book.ask(_if(absent[0][0]), None)
    if rng.random() < 0.6:
        yield book.ask(_if(absent[1][0]), None)


def _if(condition: str) -> list[str]:
    return [
        f"What happens if {condition}?",
        f"What happens when {condition}?",
        f"What if {condition}?",
        f"{condition}, what then?",
        f"What are the consequences if {condition}?",
        f"What applies when {condition}?",
    ]


def lists(rng: random.Random, group: str) -> Iterator[Question]:
    """Lists of items by owner: contents, ingredients, papers, members."""
    family = rng.choice(pool.LISTS)
    owners = distinct(family.owners, rng.randint(1, 3) + 2, rng)
    told, absent = owners[:-2], owners[-2:]
    page, spans = _titled(family.titles, rng), []
    drawn = [rng.sample(family.items, rng.randint(2, 5)) for _ in told]
    inline = rng.random() < 0.5
    for owner, items in zip(told, drawn, strict=True):
        spans.append(_listing(page, family.head.format(owner), items, inline, rng))
    _fill(page, rng)
    book = _Book(page, group, rng)
    for number, (owner, span) in enumerate(zip(told, spans, strict=True)):
        rest = Page()
        for other, items in zip(
            [*told[:number], *told[number + 1 :], absent[1]],
            [*drawn[:number], *drawn[number + 1 :], drawn[0]],
            strict=True,
        ):
            _listing(rest, family.head.format(other), items, inline, rng)
        yield book.ask([ask.format(owner) for ask in family.asks], span, (rest.text,))
    yield book.ask([ask.format(absent[0]) for ask in family.asks], None)
    if rng.random() < 0.6:
        yield book.ask([ask.format(rng.choice(told)) for ask in family.beside], None)


def _listing(page: Page, head: str, items: Sequence[str], inline: bool, rng: random.Random) -> Span:
    if inline:
        page.add(head + " ")
        start = page.length
        page.add(", ".join(items[:-1]) + rng.choice([" and ", " and ", ", and "]) + items[-1])
        end = page.length
        page.add(rng.choice([". ", ".\n"]))
    else:
        mark = rng.choice(["- ", "- ", "* ", ""])
        page.add(head + (":\n" if not head.endswith(":") else "\n") + mark)
        start = page.length
        page.add(f"\n{mark}".join(items))
        end = page.length
        page.add("\n\n")
    return start, end


def rules(rng: random.Random, group: str) -> Iterator[Question]:
    """Who may do what; the clause that says so is the answer."""
    roles, actions = rng.sample(pool.ROLES, 4), rng.sample(pool.ACTIONS, 5)
    page, told = (
        _titled("House rules|Who may do what|Rights and duties|Code of conduct|Terms of use > Permissions", rng),
        [],
    )
    for role in roles[:3]:
        for action in rng.sample(actions[:4], rng.randint(1, 2)):
            form = rng.choice(pool.RULES)
            sentence = capital(filled(form.format(role=role, action=action), rng))
            told.append((role, action, (page.length, page.length + len(sentence))))
            page.add(sentence + rng.choice([". ", ". ", ".\n"]))
    _fill(page, rng)
    book = _Book(page, group, rng)
    for role, action, span in rng.sample(told, 2):
        yield book.ask(_may(role, action), span)
    stated = {(role, action) for role, action, _ in told}
    gaps = [(role, action) for role in roles[:3] for action in actions[:4] if (role, action) not in stated]
    yield book.ask(_may(*rng.choice(gaps)), None)
    yield book.ask(_may(*rng.choice([(roles[3], told[0][1]), (told[0][0], actions[4])])), None)


def _may(role: str, action: str) -> list[str]:
    return [
        f"Are {role} allowed to {action}?",
        f"May {role} {action}?",
        f"Can {role} {action}?",
        f"Is it allowed for {role} to {action}?",
        f"Do {role} have the right to {action}?",
        f"Is it OK if {role} {action}?",
    ]


def _titled(options: str, rng: random.Random) -> Page:
    title = one_of(options)(rng)
    if rng.random() < 0.3:
        title = f"{coined(rng)} > {title}"
    return Page().add(rng.choice([title + "\n", title + "\n\n", ""]))


def _fill(page: Page, rng: random.Random) -> None:
    if rng.random() < 0.4:
        page.add("\n" + " ".join(rng.sample(FILLERS, rng.randint(1, 2))))


TEXTS: dict[str, Maker] = {
    "procedures": procedures,
    "instructions": instructions,
    "conditions": conditions,
    "lists": lists,
    "rules": rules,
}
