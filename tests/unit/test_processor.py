from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ragkit.models import processor


@pytest.fixture(autouse=True)
def _unread() -> Iterator[None]:
    processor._flags.cache_clear()
    yield
    processor._flags.cache_clear()


@pytest.mark.parametrize(
    ("flags", "amx", "bf16"),
    [
        ("fpu avx2", False, False),
        ("fpu avx512f avx512_bf16", False, True),
        ("fpu avx512_bf16 amx_bf16 amx_tile", True, True),
    ],
)
def test_what_the_processor_says_of_itself(
    flags: str, amx: bool, bf16: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text(f"processor : 0\nflags\t\t: {flags}\n", encoding="ascii")
    monkeypatch.setattr(processor, "_FLAGS", file)
    assert (processor.has_amx(), processor.has_bf16()) == (amx, bf16)


def test_a_system_that_does_not_say_has_neither(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "_FLAGS", tmp_path / "none")
    assert (processor.has_amx(), processor.has_bf16()) == (False, False)
