"""Settings, and where each came from.

From the strongest: a flag, an environment variable ``RAGKIT_<SECTION>_<KEY>``, the named pipeline file,
``./ragkit.toml``, the user's ``config.toml``, the default. Keys that do not exist are refused, but in the table of a
plug-in, ``[plugins.NAME]``, which knows its own and which no variable sets. A variable holds a list as JSON, or its one
text as it is: ``["###", "END"]`` or ``###``. One that is no setting is warned of and passed over: Kubernetes sets
``RAGKIT_PORT`` for a service of that name, and what others set must not stop a program.
"""

from __future__ import annotations

import logging
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin, get_type_hints

import msgspec

from ragkit import shipped
from ragkit.errors import ConfigError
from ragkit.suggest import did_you_mean, nearest

log = logging.getLogger(__name__)

Count = Annotated[int, msgspec.Meta(ge=1)]
Natural = Annotated[int, msgspec.Meta(ge=0)]
Amount = Annotated[float, msgspec.Meta(ge=0)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class Ingest:
    """From sources to chunks and vectors.

    ``embedder`` is a name with what it takes behind a colon: ``minilm``, ``sentence-transformers:MODEL``,
    ``openai:MODEL``. ``query_prefix`` and ``passage_prefix`` go before what the other two embed; empty: what the model
    names. ``target_tokens``, as the embedder counts them, is the size that chunks are given. A file of more than
    ``max_file_mb`` (of 2**20 bytes) is not read. ``allow_private`` lets web pages come from the local network too.
    ``json_text`` are the fields of JSON that become text, all where none is named, and ``json_metadata`` those that
    become metadata: ``team``, or ``author.name``.
    """

    embedder: str = "minilm"
    query_prefix: str = ""
    passage_prefix: str = ""
    target_tokens: Count = 200
    max_file_mb: Count = 64
    allow_private: bool = False
    json_text: tuple[str, ...] = ()
    json_metadata: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retrieve:
    """From a question to hits.

    ``hits`` is how many passages are returned, ``candidates`` how many are taken from each search before fusion.
    ``fusion`` adds up scores or reciprocal ranks (``rrf``), by ``dense_weight`` and ``keyword_weight``, or takes one
    search alone. ``reranker`` names what gives a second opinion on the first ``rerank_depth`` of the fused ones, if
    anything (``reader``, or ``cross-encoder:`` and a folder or hub id): ``rerank_weight`` times its score, 0 to 1, is
    added to theirs, whose best counts 1. ``spelling`` reads misspelt words as the documents write them; ``expand`` lets
    the generator write more to search for.
    """

    hits: Count = 10
    candidates: Count = 100
    fusion: Literal["rrf", "scores", "dense", "keyword"] = "scores"
    dense_weight: Amount = 0.65
    keyword_weight: Amount = 0.35
    reranker: str = ""
    rerank_depth: Count = 20
    rerank_weight: Amount = 0.2
    spelling: bool = True
    expand: Literal["none", "multi-query", "hyde"] = "none"


@dataclass(frozen=True, slots=True)
class Generate:
    """From hits to an answer.

    ``generator`` is a name with what it takes behind a colon: ``extractive``, ``writer``, ``transformers:MODEL``,
    ``openai:MODEL``. For ``extractive`` ``evidence`` names what scores sentences, ``abstain_below`` is the least
    confidence, 0 to 1, that it answers with, and ``max_sentences`` are taken at most for a question that asks for
    several things; lists and steps are told whole. ``prompt`` is a prompt file's name or path.

    ``temperature`` to ``stop`` are those of `ragkit.types.Sampling`. ``base_url`` ends before ``/chat/completions``;
    ``api_key`` goes there; it is taken from the environment, or given by a program, and never from a file.
    ``timeout_s`` is the longest silence of a server, ``retries`` how often one is asked again that is busy, and asks
    for no wait of more than 30 seconds, or cannot be reached. For ``transformers``, ``revision`` is the model's on the
    hub (empty: the newest), ``device`` is cpu, cuda or mps (empty: the fastest there is), and ``dtype`` a number format
    such as bfloat16 (empty: the fastest for the device). ``context_tokens`` is the room for prompt and completion
    together (0: as the generator says, no limit where it does not know).
    """

    generator: str = "extractive"
    evidence: str = "reader"
    abstain_below: Share = 0.2
    max_sentences: Count = 6
    prompt: str = "cited"
    temperature: Amount = 0.0
    top_p: Share = 1.0
    top_k: Natural = 0
    min_p: Share = 0.0
    repetition_penalty: Positive = 1.0
    max_tokens: Count = 512
    seed: Natural | None = None
    stop: tuple[str, ...] = ()
    base_url: str = ""
    api_key: str = ""
    timeout_s: Positive = 60.0
    retries: Natural = 3
    revision: str = ""
    device: str = ""
    dtype: str = ""
    context_tokens: Natural = 0


@dataclass(frozen=True, slots=True)
class Verify:
    """From an answer to checked claims.

    ``verifier`` is ``trained``, perhaps with a model's folder behind a colon, or ``lexical``; ``supported_above`` is
    the least score, 0 to 1, that counts as support. A sentence that fails is told as such (``flag``) or left out
    (``withhold``): ``unsupported`` says which.
    """

    verifier: str = "trained"
    supported_above: Share = 0.5
    unsupported: Literal["flag", "withhold"] = "flag"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set.

    ``store`` is the store's folder, ``pipeline`` the name or path of a pipeline file; ``offline`` refuses everything
    that needs the network. ``plugins`` has what stands in tables ``[plugins.NAME]``, by the key without ``plugins.``.
    ``origins`` maps each dotted key to where its value came from.
    """

    store: str = ".ragkit"
    pipeline: str = "default"
    offline: bool = False
    ingest: Ingest = Ingest()
    retrieve: Retrieve = Retrieve()
    generate: Generate = Generate()
    verify: Verify = Verify()
    plugins: Mapping[str, Any] = field(default_factory=dict, hash=False)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    def values(self) -> dict[str, Any]:
        """Dotted key to value, in order, those of plug-ins last."""
        own = {f"plugins.{key}": value for key, value in self.plugins.items()}
        return {key: _value(self, key) for key in KEYS} | own

    def plug_in(self, name: str) -> dict[str, Any]:
        """What is set for the plug-in of that name; a table within its table gives dotted keys."""
        own = f"{name}."
        return {key.removeprefix(own): value for key, value in self.plugins.items() if key.startswith(own)}


FLAG = "flag"
"""The origin of what the command line, or the program, gave itself: it knows where that stands."""
SECRET = frozenset({"generate.api_key"})
"""Never shown, and never taken from a file."""
_OWN = re.compile(r"plugins\.[^.]+\..+")
"""A setting of a plug-in's own: what it is called and what it may be is the plug-in's affair."""
_OWN_SECRET = re.compile(r"plugins\..*(?:auth|credential|key|passw|pwd|secret|token)", re.IGNORECASE)
_LOGIN = re.compile(r"(?<=//)[^/\s]*@")
"""The user and password of an address."""
PARTS = frozenset({"retrieve.reranker", "generate.generator", "generate.evidence", "verify.verifier"})
"""What names a part, with what it is made from behind a colon."""
PLACES = PARTS | {"store", "ingest.embedder", "generate.prompt"}
"""What may be a path, or hold one: ``~`` at its beginning is the user's home, whoever set it."""
ALIASES = {
    "RAGKIT_BASE_URL": "generate.base_url",
    "RAGKIT_API_KEY": "generate.api_key",
    "OPENAI_API_KEY": "generate.api_key",
    "RAGKIT_GENERATOR": "generate.generator",
    "RAGKIT_EMBEDDER": "ingest.embedder",
}
"""Short environment names beside the systematic ones; the first that is set wins."""

OTHERS = frozenset({"RAGKIT_CACHE_DIR", "RAGKIT_BENCH_DATA", "RAGKIT_FAULTS"})
"""Environment names of ragkit's own that are no settings: of its cache, its benchmarks and its tests."""
_PREFIX = "RAGKIT_"
_warned: set[str] = set()
"""Environment names that this process was told of."""


def load(
    flags: Mapping[str, Any] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    files: bool = True,
) -> Settings:
    """The settings in force, each with its origin.

    Args:
        flags: Dotted keys with values; None values are flags that were not given.
        environment: Instead of ``os.environ``.
        folder: Where ``ragkit.toml`` and relative pipeline files are looked for; the current folder by default.
        files: Whether ``ragkit.toml`` and the user's own file are looked for at all.

    Raises:
        ConfigError: A key does not exist, a value has the wrong type, or a file cannot be read.
    """
    here = folder or Path.cwd()
    given = {key: value for key, value in (flags or {}).items() if value is not None}
    layers = [
        (FLAG, given),
        *_environment(os.environ if environment is None else environment),
    ]
    own = [layer for path in (here / "ragkit.toml", user_file()) for layer in _file(path)] if files else []
    named = next((str(layer["pipeline"]) for _, layer in layers + own if "pipeline" in layer), None)
    path = pipeline_file(named or "default", here)
    pipeline = [(f"pipeline {path.stem}", read_file(path))]
    # A pipeline that nobody named is a default like any other, and goes behind what the user wrote.
    return _merge([*layers, *pipeline, *own] if named else [*layers, *own, *pipeline])


def user_file() -> Path:
    """The user's own configuration file, whether or not it exists."""
    from platformdirs import user_config_path

    return user_config_path("ragkit", appauthor=False) / "config.toml"


def pipeline_file(name: str, here: Path) -> Path:
    """The file of a pipeline given by name or by path."""
    path = Path(at_home(name))
    if path.suffix == ".toml":
        if not (here / path).is_file():
            raise ConfigError(f"There is no pipeline file {name}.", "Give the path of a .toml file.")
        return here / path
    found = shipped.folder("pipelines") / f"{name}.toml"
    if not found.is_file():
        raise ConfigError(
            f"There is no pipeline named {name!r}.", did_you_mean(name, shipped.names("pipelines", ".toml"))
        )
    return found


def at_home(place: str) -> str:
    """``place``, a path or ``name:path``, with the user's home for a ``~`` that the path begins with."""
    name, colon, path = place.rpartition(":~")
    # os.path leaves alone what is nobody's home, where pathlib raises
    return f"{name}:{os.path.expanduser(f'~{path}')}" if colon else os.path.expanduser(place)  # noqa: PTH111


def read_file(path: Path) -> dict[str, Any]:
    """A configuration file as dotted keys; which keys may stand in it is checked here."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.", "It must be a TOML file.") from error
    flat = dict(_flatten(content))
    for key in flat:
        _check_key(key, str(path))
        if key in SECRET:
            raise ConfigError(
                f"{path} holds {key}, which is a secret.", "Set RAGKIT_API_KEY in the environment instead."
            )
    return flat


def shown(settings: Settings) -> list[tuple[str, str, str]]:
    """Key, value and origin of every setting, secrets masked."""
    rows = []
    for key, value in settings.values().items():
        secret = key in SECRET or _OWN_SECRET.match(key)
        text = "(set)" if secret and value else _LOGIN.sub("***@", msgspec.json.encode(value, enc_hook=repr).decode())
        rows.append((key, text, settings.origins.get(key, "default")))
    return rows


def _keys(kind: type, prefix: str = "") -> Iterator[tuple[str, Any]]:
    hints = get_type_hints(kind, include_extras=True)
    for each in fields(kind):
        if is_dataclass(hints[each.name]):
            yield from _keys(hints[each.name], f"{prefix}{each.name}.")
        elif each.name not in {"origins", "plugins"}:
            yield prefix + each.name, hints[each.name]


KEYS: dict[str, Any] = dict(_keys(Settings))
"""Every dotted key with its type."""


def _value(settings: Settings, key: str) -> Any:
    value: Any = settings
    for name in key.split("."):
        value = getattr(value, name)
    return value


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _check_key(key: str, origin: str) -> None:
    if key not in KEYS and not _OWN.fullmatch(key):
        place = "" if origin == FLAG else f"{origin}: "
        there = "there" if place else "There"
        raise ConfigError(f"{place}{there} is no setting {key!r}.", did_you_mean(key, KEYS))


def _environment(environment: Mapping[str, str]) -> list[tuple[str, dict[str, Any]]]:
    systematic = {_PREFIX + key.replace(".", "_").upper(): key for key in KEYS}
    known = systematic | ALIASES
    _warn(environment, known)
    return [(name, {key: _listed(key, environment[name])}) for name, key in known.items() if environment.get(name)]


def _warn(environment: Mapping[str, str], known: Iterable[str]) -> None:
    """Names once what looks like a setting and is none: who mistyped it would think that it holds."""
    for name in sorted(environment.keys() - {*known, *OTHERS} - _warned):
        if name.startswith(_PREFIX) and environment[name]:
            _warned.add(name)
            # without the prefix, which all share and which would make them near
            names = (each.removeprefix(_PREFIX) for each in known if each.startswith(_PREFIX))
            near = nearest(name.removeprefix(_PREFIX), names)
            hint = f"Did you mean {_PREFIX + near!r}?" if near else "See: ragkit config show"
            log.warning("The environment variable %s is no setting and changes nothing. %s", name, hint)


def _listed(key: str, text: str) -> Any:
    if get_origin(KEYS[key]) is not tuple:
        return text
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return [text]
    return value if isinstance(value, list) else [text]


def _file(path: Path) -> list[tuple[str, dict[str, Any]]]:
    try:
        there = path.is_file()
    except OSError as error:
        # a home that is somebody else's, as in a container
        log.warning("%s is passed over: %s.", path, (error.strerror or str(error)).lower())
        return []
    return [(str(path), read_file(path))] if there else []


def _merge(layers: list[tuple[str, dict[str, Any]]]) -> Settings:
    chosen: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, layer in layers:
        for key, value in layer.items():
            _check_key(key, origin)
            if key not in chosen:
                chosen[key], origins[key] = _convert(key, value, origin), origin
    return _build(chosen, origins)


def _convert(key: str, value: Any, origin: str) -> Any:
    if key not in KEYS:
        return value
    place = "" if origin == FLAG else f"{origin}: "
    try:
        converted = msgspec.convert(value, KEYS[key], strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{place}{key} cannot be {value!r}: {error}.", "Correct it, or leave it out.") from error
    if key == "store" and not converted.strip():
        # it would be the current folder
        raise ConfigError(f"{place}{key} cannot be {value!r}.", "Name a folder, or leave it out.")
    return at_home(converted) if key in PLACES else converted


def _build(chosen: Mapping[str, Any], origins: Mapping[str, str]) -> Settings:
    tree: dict[str, Any] = {}
    for key, value in chosen.items():
        section, _, name = key.partition(".") if _OWN.fullmatch(key) else key.rpartition(".")
        (tree.setdefault(section, {}) if section else tree)[name] = value
    sections = {name: kind(**tree.pop(name, {})) for name, kind in SECTIONS.items()}
    return Settings(**tree, **sections, origins=dict(origins))


SECTIONS: dict[str, Any] = {"ingest": Ingest, "retrieve": Retrieve, "generate": Generate, "verify": Verify}
