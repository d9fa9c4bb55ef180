"""Prompts, and the generators that turn them into a stream of text."""
