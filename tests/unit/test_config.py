from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from ragkit import config
from ragkit.errors import ConfigError


def load(tmp_path: Path, flags: dict[str, object] | None = None, **environment: str) -> config.Settings:
    return config.load(flags, environment=environment, folder=tmp_path)


def test_defaults_come_from_the_default_pipeline(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.generate.generator == "extractive"
    assert settings.origins["generate.generator"] == "pipeline default"
    assert settings.store == ".ragkit"


def test_each_layer_goes_before_the_next(tmp_path: Path) -> None:
    (tmp_path / "ragkit.toml").write_text("[ingest]\nmax_file_mb = 5\n[generate]\nseed = 1\n")
    assert load(tmp_path).ingest.max_file_mb == 5
    assert load(tmp_path, RAGKIT_INGEST_MAX_FILE_MB="6").ingest.max_file_mb == 6
    settings = load(tmp_path, {"ingest.max_file_mb": 7}, RAGKIT_INGEST_MAX_FILE_MB="6")
    assert settings.ingest.max_file_mb == 7
    assert settings.origins["ingest.max_file_mb"] == "flag"
    assert settings.origins["generate.seed"].endswith("ragkit.toml")


def test_the_mark_that_editors_write_before_a_file_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "ragkit.toml").write_text("[ingest]\nmax_file_mb = 5\n", encoding="utf-8-sig")
    assert load(tmp_path).ingest.max_file_mb == 5


def test_a_named_pipeline_goes_before_ragkit_toml(tmp_path: Path) -> None:
    (tmp_path / "ragkit.toml").write_text('pipeline = "mine.toml"\n[retrieve]\nhits = 3\n')
    (tmp_path / "mine.toml").write_text("[retrieve]\nhits = 4\n")
    assert load(tmp_path).retrieve.hits == 4


def test_a_plug_in_has_settings_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "ragkit.toml").write_text('pipeline = "mine.toml"\n[plugins.acme]\nmodel = "a"\nlimit = 3\n')
    (tmp_path / "mine.toml").write_text('[plugins.acme]\nmodel = "b"\nretry = { count = 2 }\n[plugins."x.y"]\nz = []\n')
    settings = load(tmp_path, {"plugins.acme.api_key": "s3cr3t"})
    assert settings.plug_in("acme") == {"model": "b", "limit": 3, "retry.count": 2, "api_key": "s3cr3t"}
    assert (settings.plug_in("x.y"), settings.plug_in("acm")) == ({"z": []}, {})
    assert isinstance(hash(settings), int)
    told = {key: (value, origin) for key, value, origin in config.shown(settings) if key.startswith("plugins.")}
    assert told["plugins.acme.model"] == ('"b"', "pipeline mine")
    assert told["plugins.acme.api_key"] == ("(set)", "flag")
    for name in ("API_KEY", "apiKey", "passwd", "credentials.user"):
        assert ("plugins.acme." + name, "(set)", "flag") in config.shown(load(tmp_path, {f"plugins.acme.{name}": "s"}))
    assert load(tmp_path / "none").plugins == {}


@pytest.mark.parametrize("key", ["plugins", "plugins.acme", "plugin.acme.model"])
def test_what_is_in_no_table_of_a_plug_in_is_no_setting_of_one(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError, match="There is no setting"):
        load(tmp_path, {key: 1})


@pytest.mark.parametrize(
    ("text", "stop"),
    [
        ("###", ("###",)),
        ('["###", "END"]', ("###", "END")),
        ("[END]", ("[END]",)),
        ("7", ("7",)),
        (" ", (" ",)),
    ],
)
def test_a_list_in_the_environment(tmp_path: Path, text: str, stop: tuple[str, ...]) -> None:
    assert load(tmp_path, RAGKIT_GENERATE_STOP=text).generate.stop == stop


def test_a_list_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"generate\.stop cannot be"):
        load(tmp_path, RAGKIT_GENERATE_STOP="[[1]]")


def test_every_setting_can_be_set_by_its_variable(tmp_path: Path) -> None:
    """With the value that it has anyway, as `ragkit config show` prints it."""
    for key, value in config.Settings().values().items():
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        assert load(tmp_path, **{f"RAGKIT_{key.replace('.', '_').upper()}": text}).values()[key] == value


def test_a_variable_that_is_no_setting_is_named_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """And not refused: Kubernetes sets RAGKIT_PORT where a service is called ragkit."""
    wrong = {"RAGKIT_GENERATE_TEMPERTURE": "1", "RAGKIT_PORT": "tcp://10.0.0.1:80", "RAGKIT_EMPTY": ""}
    fine = {"RAGKIT_API_KEY": "x", "RAGKIT_STORE": "s", "RAGKITTEN": "x", **dict.fromkeys(config.OTHERS, "x")}
    for _ in range(2):
        assert load(tmp_path, **wrong, **fine).generate.temperature == 0
    first, second = [record.getMessage() for record in caplog.records]
    assert "RAGKIT_GENERATE_TEMPERTURE is no setting" in first
    assert first.endswith("Did you mean 'RAGKIT_GENERATE_TEMPERATURE'?")
    assert second.endswith("RAGKIT_PORT is no setting and changes nothing. See: ragkit config show")


def test_variables_of_the_projects_own_are_known() -> None:
    root = Path(__file__).parents[2]
    places = [root / "Makefile", *(root / "ragkit").rglob("*.py"), *(root / "indexes").rglob("*.py")]
    read = re.compile(r"""environ(?:\.get\(|\[)"(RAGKIT_\w+)|\b(RAGKIT_\w+)=\w|\$\((RAGKIT_\w+)\)""")
    found = {"".join(names) for path in places for names in read.findall(path.read_text(encoding="utf-8"))}
    assert found == config.OTHERS


def test_flags_that_are_none_were_not_given(tmp_path: Path) -> None:
    assert load(tmp_path, {"retrieve.hits": None}).retrieve.hits == load(tmp_path).retrieve.hits


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[generate]\ntemprature = 1\n", "Did you mean 'generate.temperature'?"),
        ('[generate]\ntemperature = "warm"\n', "generate.temperature cannot be 'warm'"),
        ('[generate]\napi_key = "k"\n', "which is a secret"),
        ('[retrieve]\nfusion = "rff"\n', "retrieve.fusion cannot be 'rff'"),
        ("[generate]\ntemperature = -1\n", "generate.temperature cannot be -1"),
        ("[generate]\nseed = -1\n", "generate.seed cannot be -1"),
        ("[generate]\ntop_p = 7.0\n", "generate.top_p cannot be 7.0"),
        ("[generate]\nmax_sentences = 0\n", "generate.max_sentences cannot be 0"),
        ("[retrieve]\nhits = -3\n", "retrieve.hits cannot be -3"),
        ("[verify]\nsupported_above = 9\n", "verify.supported_above cannot be 9"),
        ("[generate\n", "cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_with_the_remedy(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "ragkit.toml").write_text(content)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert says in str(caught.value)
    # it would end in the same error
    assert "config show" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_an_unknown_pipeline_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Did you mean 'default'"):
        load(tmp_path, {"pipeline": "defualt"})
    with pytest.raises(ConfigError, match="no pipeline file"):
        load(tmp_path, {"pipeline": "none.toml"})


def test_secrets_are_masked_and_origins_shown(tmp_path: Path) -> None:
    address = "https://me:pw@host/v1"
    settings = load(tmp_path, RAGKIT_API_KEY="sesame", OPENAI_API_KEY="other", RAGKIT_BASE_URL=address)
    rows = {key: (value, origin) for key, value, origin in config.shown(settings)}
    assert settings.generate.api_key == "sesame"
    assert rows["generate.api_key"] == ("(set)", "RAGKIT_API_KEY")
    assert rows["generate.base_url"] == ('"https://***@host/v1"', "RAGKIT_BASE_URL")
    assert rows["store"] == ('".ragkit"', "default")
    assert set(rows) == set(config.KEYS)


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("store", "~/rk", "{}/rk"),
        ("store", "~", "{}"),
        ("store", "a~/b", "a~/b"),
        ("store", "~nobody-of-that-name/rk", "~nobody-of-that-name/rk"),
        ("ingest.embedder", "~/model", "{}/model"),
        ("retrieve.reranker", "reader:~/reader", "reader:{}/reader"),
        ("generate.generator", "writer:~/writer", "writer:{}/writer"),
        ("generate.generator", "openai:model:7b", "openai:model:7b"),
        ("generate.evidence", "reader:~/reader", "reader:{}/reader"),
        ("generate.prompt", "~/own.md", "{}/own.md"),
        ("verify.verifier", "trained:~/verifier", "trained:{}/verifier"),
        ("ingest.query_prefix", "~/", "~/"),
    ],
)
def test_a_tilde_is_the_home_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, value: str, place: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    settings = config.load(environment={f"RAGKIT_{key.replace('.', '_').upper()}": value}, folder=tmp_path)
    assert settings.values()[key] == place.format(tmp_path)
    assert config.load({key: value}, environment={}, folder=tmp_path) == settings


def test_a_pipeline_file_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "own.toml").write_text("[retrieve]\nhits = 3\n")
    assert config.load({"pipeline": "~/own.toml"}, environment={}, folder=tmp_path / "else").retrieve.hits == 3


def test_every_shipped_pipeline_loads(tmp_path: Path) -> None:
    from ragkit import shipped

    for name in shipped.names("pipelines", ".toml"):
        path = config.pipeline_file(name, tmp_path)
        assert len(path.read_text().splitlines()) <= 40
        assert config.load({"pipeline": name}, environment={}, folder=tmp_path).pipeline == name


def test_a_file_that_cannot_be_looked_for_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the home is somebody else's; a name too long is what even the superuser cannot look for."""
    monkeypatch.setattr(config, "user_file", lambda: tmp_path / ("x" * 300) / "config.toml")
    assert load(tmp_path).generate.generator == "extractive"
