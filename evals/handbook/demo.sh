#!/bin/sh
# What `make demo` shows: the handbook ingested, two questions that it answers and one that it does not.
set -u
RAGKIT="${BIN:-.venv/bin}/ragkit"
HOME_OF_STORE="$(mktemp -d)"
STORE="$HOME_OF_STORE/.ragkit"
trap 'rm -rf "$HOME_OF_STORE"' EXIT

say() {
    if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
        printf '\n\033[1m$ ragkit %s\033[0m\n\n' "$*"
    else
        printf '\n$ ragkit %s\n\n' "$*"
    fi
}

say ingest evals/handbook/corpus
"$RAGKIT" ingest evals/handbook/corpus --store "$STORE" || exit 1
for question in \
    "How thick must the ice be before one person may walk on it?" \
    "What should I do when a Heron 4 has been flooded?" \
    "Which airline does the company use for flights to Brazil?"
do
    say "ask \"$question\""
    "$RAGKIT" ask "$question" --store "$STORE"
    code=$?
    # 3 is an abstention, and an answer too.
    [ $code -eq 0 ] || [ $code -eq 3 ] || exit $code
done
