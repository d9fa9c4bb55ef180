"""Lines of messages that say who wrote to whom and when, which answer nothing but a question about the message."""

from __future__ import annotations

import re

_HEADER = re.compile(
    r"(?:>\s*)*(?:(?:From|To|Cc|Bcc|Reply-To|Sender): .*@\S|Date: .*\d\d:\d\d:\d\d|Sent: .*\d:\d\d"
    r"|On [A-Z].{5,60} wrote:\s*$)"
)
_ASKS_OF_MESSAGE = re.compile(
    r"\b(?:e-?mails?|mails?|messages?|letters?|repl(?:y|ies|ied)|threads?|addresse?s?|contacts?|send(?:s|er|ers)?|sent|"
    r"writ(?:e|es|ten|er)|wrote|recipients?|recei(?:ve|ves|ved|pt)|get|got|copied|cc|from|to|answer(?:s|ed)?|tell|told|"
    r"s(?:ay|ays|aid)|ask(?:s|ed)?|forward(?:s|ed)?|notes?)\b"
    r"|\b(?:agree|announc|appl(?:y|ied|ication)|complain|confirm|inform(?!ati)|invit|notic|notif|offer|order|propos|"
    r"report|request|resign|submi|suggest|thank|warn)",
    re.IGNORECASE,
)
"""What messages are, who takes part in them, and what somebody does by writing one."""


def is_header_unasked(question: str, text: str) -> bool:
    """Whether a line is a header of a message, and a question asks nothing that it may tell."""
    return _HEADER.match(text) is not None and not _ASKS_OF_MESSAGE.search(question)
