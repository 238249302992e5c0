"""What logs must not tell: the tokens that stand in addresses of mails and feeds."""

import logging
import re

# After these words whatever stands there, however short: most of a token that was cut tells nearly all of it.
_AFTER_WORD = re.compile(r"(/(?:lien|invitation)/)[^/\s\"'?]+")
# Anywhere else: more random letters than a UUID has.
_LONG = re.compile(r"/[\w:.=-]{40,}(?=[/?\s\"']|$)", re.ASCII)
HIDDEN = "[…]"


def hide_tokens(text: str) -> str:
    """`text` with the tokens of its addresses hidden."""
    return _LONG.sub(f"/{HIDDEN}", _AFTER_WORD.sub(rf"\1{HIDDEN}", text))


class HideTokens(logging.Filter):
    """Hides tokens in the message and the arguments of every record of a handler."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, str):
            record.msg = hide_tokens(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(hide_tokens(arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
