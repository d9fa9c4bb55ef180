from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from ragkit import config, registry
from ragkit.errors import ModelError, RagkitError, UsageError
from ragkit.plugins import make_of
from ragkit.suggest import nearest
from ragkit.testing import HashingEmbedder, ScriptedGenerator


def context() -> registry.Context:
    return registry.Context(config.Settings(), HashingEmbedder)


@pytest.mark.parametrize("kind", sorted(registry.TABLE))
def test_every_name_stands_for_a_factory_that_exists(kind: str) -> None:
    for name in registry.TABLE[kind]:
        assert callable(registry._factory(kind, name))


@pytest.mark.parametrize("kind", sorted(registry.TABLE))
def test_every_name_runs_the_contract_of_its_kind(kind: str) -> None:
    makers = import_module(f"tests.contract.test_{kind}_contract").MAKERS
    made = [str(getattr(maker, "__name__", maker)).replace("_", "-") for maker in makers]
    assert [name for name in registry.TABLE[kind] if not any(each.startswith(name) for each in made)] == []


def test_a_name_is_made_with_its_argument() -> None:
    assert registry.make("generator", "extractive", context()).name == "extractive"
    assert registry.make("verifier", "lexical", context()).name == "lexical"


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean 'extractive'"):
        registry.make("generator", "extractve", context())
    with pytest.raises(UsageError, match="There are: lexical"):
        registry.make("verifier", "zzz", context())


@pytest.mark.parametrize(
    ("name", "found"), [("extractve", "extractive"), ("writer", "writer"), ("zzz", None), ("", None)]
)
def test_the_nearest_name_is_a_name_or_none(name: str, found: str | None) -> None:
    assert nearest(name, registry.names("generator")) == found


@pytest.mark.parametrize(
    ("kind", "name"),
    [("embedder", "minilm"), ("evidence", "similarity"), ("generator", "extractive"), ("verifier", "lexical")],
)
def test_a_name_behind_which_nothing_can_be_chosen_is_written_alone(kind: str, name: str) -> None:
    with pytest.raises(UsageError, match=f"The {kind} {name} takes no model, but was given 'foo'") as refused:
        registry.make(kind, f"{name}:foo", context())
    assert refused.value.hint == f"Write: {name}"


@pytest.mark.parametrize(("kind", "name"), [("generator", "writer"), ("evidence", "reader"), ("verifier", "trained")])
def test_a_folder_without_a_model_is_refused(kind: str, name: str) -> None:
    with pytest.raises(RagkitError, match="in no-such-folder"):
        registry.make(kind, f"{name}:no-such-folder", context())


def test_a_plug_in_is_found_by_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("mine", "ragkit.verify.lexical:from_context", "ragkit.verifier")
    monkeypatch.setattr(
        registry, "entry_points", lambda **wanted: [point] if wanted.get("name", "mine") == "mine" else []
    )
    assert "mine" in registry.names("verifier")
    assert registry.make("verifier", "mine", context()).name == "lexical"


def test_a_plug_in_is_given_its_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    given = []

    def make(argument: str, context: registry.Context) -> ScriptedGenerator:
        given.append((argument, context.own))
        return ScriptedGenerator(["x"])

    monkeypatch.setattr(EntryPoint, "load", lambda _: make)
    monkeypatch.setattr(registry, "entry_points", lambda **_: [EntryPoint("mine", "own:make", "ragkit.generator")])
    settings = config.load({"plugins.mine.heat": 2, "plugins.other.heat": 3}, environment={}, files=False)
    registry.make("generator", "mine:big", registry.Context(settings, HashingEmbedder))
    assert given == [("big", {"heat": 2})]


def test_the_plug_ins_that_are_installed_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"ragkit.generator": "math:sqrt", "ragkit.reader": "no_such_package:Reader", "ragkit.metric": "math:nothing"}

    def points(group: str) -> list[EntryPoint]:
        return [EntryPoint("mine", own[group], group)] if group in own else []

    monkeypatch.setattr(registry, "entry_points", points)
    assert [(each.kind, each.told, each.failure) for each in registry.plug_ins()] == [
        ("generator", "mine", ""),
        ("reader", "mine", "ModuleNotFoundError: No module named 'no_such_package'"),
        ("metric", "mine", "AttributeError: module 'math' has no attribute 'nothing'"),
    ]


@pytest.mark.parametrize(
    ("place", "why"),
    [("no_such_package:make", "No module named"), ("math:nothing", "nothing"), ("math:sqrt", "argument")],
)
def test_a_plug_in_that_fails_is_told_as_one(monkeypatch: pytest.MonkeyPatch, place: str, why: str) -> None:
    point = EntryPoint("mine", place, "ragkit.verifier")
    monkeypatch.setattr(registry, "entry_points", lambda **_: [point])
    with pytest.raises(RagkitError, match=rf"The verifier 'mine', a plug-in, cannot be made: .*{why}"):
        registry.make("verifier", "mine", context())


@pytest.mark.parametrize("lacking", registry.SEAMS["generator"])
def test_a_generator_says_all_that_is_asked_of_it(monkeypatch: pytest.MonkeyPatch, lacking: str) -> None:
    made = type("Mine", (), dict.fromkeys({*registry.SEAMS["generator"]} - {lacking}))()
    monkeypatch.setattr(EntryPoint, "load", lambda _: lambda _argument, _context: made)
    monkeypatch.setattr(registry, "entry_points", lambda **_: [EntryPoint("mine", "own:make", "ragkit.generator")])
    with pytest.raises(RagkitError, match=rf"The generator 'mine', a plug-in, .*Mine has no {lacking}\."):
        registry.make("generator", "mine", context())


@pytest.mark.parametrize("kind", sorted(registry.TABLE))
@pytest.mark.parametrize("made", [None, object()])
def test_a_plug_in_without_the_methods_of_its_kind_is_named(
    monkeypatch: pytest.MonkeyPatch, kind: str, made: object
) -> None:
    monkeypatch.setattr(EntryPoint, "load", lambda _: lambda _argument, _context: made)
    monkeypatch.setattr(registry, "entry_points", lambda **_: [EntryPoint("mine", "own:make", f"ragkit.{kind}")])
    with pytest.raises(RagkitError, match=rf"The {kind} 'mine', a plug-in, .*has no .*{registry.SEAMS[kind][-1]}\."):
        registry.make(kind, "mine", context())


def test_a_class_is_no_part() -> None:
    assert registry.lack_of("embedder", HashingEmbedder(8)) == ""
    assert registry.lack_of("embedder", HashingEmbedder) == "HashingEmbedder is a class, where an object of it is due"


def test_a_part_that_fails_when_it_is_looked_at_is_blamed_itself() -> None:
    class Own(HashingEmbedder):
        @property
        def max_tokens(self) -> int:  # type: ignore[override]
            raise OSError("no weights")

    with pytest.raises(ModelError, match=r"The embedder Own of .* failed: OSError: no weights"):
        registry.lack_of("embedder", Own())


@pytest.mark.parametrize("stray", ["folder", "link to nowhere", "link to itself"])
def test_what_is_no_file_beside_the_code_of_a_plug_in_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stray: str
) -> None:
    package = tmp_path / "strayed"
    package.mkdir()
    (package / "__init__.py").touch()
    core = package / "core.py"
    core.write_text("one = 1", encoding="utf-8")
    place = package / ".#core.py"
    if stray == "folder":
        place.mkdir()
    else:
        place.symlink_to("nowhere" if stray == "link to nowhere" else place)
    monkeypatch.syspath_prepend(tmp_path)
    point = EntryPoint("mine", "strayed:make", "ragkit.generator")
    before = make_of(point)
    core.write_text("one = 2", encoding="utf-8")
    assert make_of(point) != before
