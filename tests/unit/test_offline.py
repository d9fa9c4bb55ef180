"""The main job in processes of their own: with no network and no heavy library, and with all of them at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MAIN_JOB = """
import socket, sys
from pathlib import Path

def deny(*arguments, **options):
    raise AssertionError(f"the network was wanted: {arguments}")

socket.socket.connect = socket.socket.connect_ex = deny
socket.getaddrinfo = socket.create_connection = deny

import ragkit

here = Path(sys.argv[1])
with ragkit.open(here / ".ragkit", {"offline": True}) as kit:
    report = kit.ingest(here / "docs")
    assert (report.new, report.failed, report.unsupported) == (3, (), ()), report
    assert kit.search("What does the gateway measure?")[0].chunk.uri == "docs/gateway.html"
    answer = kit.ask("How many days of annual leave do employees in Germany have?")
    assert "30 days" in answer.text and answer.citations[0].quote in answer.text, answer
    assert answer.claims[0].verdict == "supported", answer
    assert kit.ask("Who won the world cup in 1966?").abstained
    assert all(finding.level == "ok" for finding in kit.doctor())
unwanted = {"torch", "transformers", "sentence_transformers", "httpx"}
print(sorted(unwanted & {name.partition(".")[0] for name in sys.modules}))
"""

ALL_AT_ONCE = """
import sys
from concurrent.futures import ThreadPoolExecutor

import faiss, numpy as np, torch
from ragkit.models.minilm import MiniLMEmbedder

embedder = MiniLMEmbedder()
texts = [f"sentence number {number} about leave" for number in range(24)]
vectors = embedder.embed_passages(texts)
index = faiss.IndexHNSWFlat(embedder.dimension, 8, faiss.METRIC_INNER_PRODUCT)
index.add(vectors)
left = torch.arange(40_000, dtype=torch.float32).reshape(200, 200) / 40_000
expected = left @ left

def with_torch(_turn):
    return bool(torch.allclose(left @ left, expected))

def with_openvino(turn):
    return float((embedder.embed_queries([texts[turn]])[0] * vectors[turn]).sum()) > 0.999

def with_faiss(turn):
    scores, ids = index.search(vectors[turn : turn + 1], 1)
    return float(scores[0, 0]) > 0.999

with ThreadPoolExecutor(6) as pool:
    jobs = [pool.submit(each, turn) for turn in range(24) for each in (with_torch, with_openvino, with_faiss)]
    assert all(job.result() for job in jobs)
print({"torch", "openvino", "faiss"} <= set(sys.modules))
"""


def run(script: str, *arguments: str) -> str:
    command = [sys.executable, "-c", script, *arguments]
    threads = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}  # as many as it likes
    done = subprocess.run(command, env=threads, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_main_job_needs_no_network_and_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "leave.md").write_text(
        "# Leave\n\nEmployees in Germany have 30 days of annual leave. Employees in Canada have 22 days.\n",
        encoding="utf-8",
    )
    (docs / "gateway.html").write_text(
        "<h1>Gateway</h1><p>The gateway measures the level of water in eight wells.</p>", encoding="utf-8"
    )
    (docs / "pay.txt").write_text("Pay arrives on the 25th of each month.\n", encoding="utf-8")
    assert run(MAIN_JOB, str(tmp_path)) == "[]"


def test_torch_openvino_and_faiss_share_a_process_and_its_threads() -> None:
    assert run(ALL_AT_ONCE) == "True"
