"""The extractive generator: answers with sentences of the passages, chosen by rules and by a small trained reader."""
