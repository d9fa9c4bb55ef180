"""``ragkit doctor``: is everything sound, and what mends it."""

from __future__ import annotations

from ragkit.cli import options, render
from ragkit.cli.exits import Exit


def doctor(store: options.StorePath = None, json: options.Json = False) -> int:
    """Check installation, models and store, and name what mends them."""
    import ragkit

    with ragkit.open(store) as kit:
        findings = kit.doctor()
    if json:
        import msgspec

        render.data(msgspec.to_builtins(findings))
    else:
        from ragkit.cli.screens.store import finding_list

        render.show(*finding_list(findings))
    return Exit.ERROR if any(finding.level == "error" for finding in findings) else Exit.ANSWERED
