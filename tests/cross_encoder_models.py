"""A tiny cross-encoder whose relevance is known: a BERT that is taught in the test that "germany" answers."""

from __future__ import annotations

from pathlib import Path

WINDOW = 64
WORDS = """annual leave in germany is 30 days the gateway has eight channels employees have of a year how many and needs
12 w applied for burrow at least two weeks ahead do""".split()


def save_cross_encoder(folder: Path, *, labels: int = 1, head: bool = True) -> Path:
    """A BERT of one layer, 16 wide; fitted, if it has one label, to tell passages about Germany from others."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

    letters = [mark + letter for letter in "abcdefghijklmnopqrstuvwxyz0123456789" for mark in ("", "##")]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ",", "?", *dict.fromkeys([*WORDS, *letters])]
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(tokens), encoding="utf-8")
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=WINDOW)
    tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(tokens),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=WINDOW,
        num_labels=labels,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = BertForSequenceClassification(config) if head else BertModel(config)
        if head and labels == 1:
            _fit(model, tokenizer)
    model.save_pretrained(folder)
    return folder


def _fit(model: object, tokenizer: object) -> None:
    import torch

    texts = ["employees in germany have 30 days of leave", "leave is applied for in burrow", "the gateway needs 12 w"]
    batch = tokenizer(["how many days of annual leave ?"] * 3, texts, padding=True, return_tensors="pt")  # type: ignore[operator]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)  # type: ignore[attr-defined]
    for _ in range(40):
        logits = model(**batch).logits[:, 0]  # type: ignore[operator]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.tensor([1.0, 0.0, 0.0]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()  # type: ignore[attr-defined]
