"""Brings the tiny language models and the scripted server to these tests."""

from __future__ import annotations

from tests.language_models import chat_server, tiny_causal, tiny_chat, tiny_seq2seq

__all__ = ["chat_server", "tiny_causal", "tiny_chat", "tiny_seq2seq"]
