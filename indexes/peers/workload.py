"""The texts and queries that every system is given, made from evals/handbook and always the same.

Texts are runs of whole words of the corpus, as many as fit 227 tokens of the model's own tokenizer. The corpus is
read once in order, then again with its sentences shuffled, until there are enough texts; all are distinct.
Queries are the suite's questions, then sentences of the corpus.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

from tokenizers import Tokenizer

TOKENS = 227
SEED = 20_250_101
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
QUERY_WORDS = range(6, 31)


class _Text(HTMLParser):
    """The text of an HTML page, style and script left out."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self.hidden = tag in {"style", "script"}

    def handle_endtag(self, tag: str) -> None:
        del tag
        self.hidden = False

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def main() -> None:
    """Write the workload and print what is in it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--suite", type=Path, required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--texts", type=int, required=True)
    parser.add_argument("--queries", type=int, required=True)
    args = parser.parse_args()
    sentences = [sentence for path in _files(args.suite / "corpus") for sentence in _sentences(path)]
    questions = _questions(args.suite)
    texts, sizes = _texts(sentences, Tokenizer.from_file(args.tokenizer), args.texts)
    content = {"texts": texts, "queries": _queries(questions, sentences, args.queries), "questions": questions}
    args.out.write_text(json.dumps(content), encoding="utf-8")
    facts = {"texts": len(texts), "queries": len(content["queries"]), "questions": len(questions)}
    sys.stdout.write(json.dumps(facts | {"tokens": sum(sizes) / len(sizes)}) + "\n")


def _files(corpus: Path) -> list[Path]:
    return sorted(path for path in corpus.rglob("*") if path.is_file())


def _sentences(path: Path) -> list[str]:
    raw = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        page = _Text()
        page.feed(raw)
        raw = "".join(page.parts)
    return [" ".join(part.split()) for part in SENTENCE.split(raw) if part.strip()]


def _questions(suite: Path) -> list[str]:
    lines = [line for path in sorted(suite.glob("cases*.jsonl")) for line in path.open(encoding="utf-8")]
    return list(dict.fromkeys(json.loads(line)["question"] for line in lines if line.strip()))


def _texts(sentences: Sequence[str], tokenizer: Tokenizer, count: int) -> tuple[list[str], list[int]]:
    """The first ``count`` distinct texts with their tokens. A word's tokens do not depend on its neighbours."""
    vocabulary = sorted({word for sentence in sentences for word in sentence.split()})
    encodings = tokenizer.encode_batch(vocabulary, add_special_tokens=False)
    # Some tokenizer files ask for padding; the mask says how many tokens are the word's own.
    sizes = {word: sum(encoding.attention_mask) for word, encoding in zip(vocabulary, encodings, strict=True)}
    found: dict[str, int] = {}
    words: list[str] = []
    size = 0
    for word in _words(sentences):
        if size + sizes[word] > TOKENS:
            found.setdefault(" ".join(words), size)
            words, size = [], 0
            if len(found) == count:
                return list(found), list(found.values())
        words.append(word)
        size += sizes[word]
    raise AssertionError("the stream of words has no end")


def _words(sentences: Sequence[str]) -> Iterator[str]:
    """Without end: in order, then shuffled anew each time."""
    order = list(sentences)
    chance = random.Random(SEED)  # noqa: S311 - a workload, not a secret
    while True:
        for sentence in order:
            yield from sentence.split()
        chance.shuffle(order)


def _queries(questions: Sequence[str], sentences: Sequence[str], count: int) -> list[str]:
    """``count`` queries: questions, filled up with sentences, in an order in which the two are mixed."""
    chance = random.Random(SEED)  # noqa: S311 - a workload, not a secret
    known = set(questions)
    candidates = [each for each in dict.fromkeys(sentences) if len(each.split()) in QUERY_WORDS and each not in known]
    queries = [*questions, *chance.sample(candidates, max(0, count - len(questions)))]
    chance.shuffle(queries)
    return queries[:count]


if __name__ == "__main__":
    main()
