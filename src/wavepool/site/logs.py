"""Logs: one JSON object a line, with the request's id, and never a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog

HIDDEN: Final = "[hidden]"
#: Names whose values are nobody's business, wherever they stand in a line.
_SECRET_NAME: Final = re.compile(
    r"pass(word|wd|phrase)|secret|token|authori[sz]ation|cookie|csrf|api[_-]?key|private[_-]?key"
    r"|signature|session(_?(id|key))?$|^(code|otp|credential\w*)$",
    re.IGNORECASE,
)
#: Secrets that stand inside texts, tracebacks and addresses.
_SECRET_TEXT: Final = (
    (re.compile(r"wp_(live|test)_[0-9A-Za-z]+"), r"wp_\1_" + HIDDEN),
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE), r"\1 " + HIDDEN),
    (
        re.compile(
            r"((?:password|passwd|passphrase|otp|secret|token|csrf\w*|session\w*|cookie|api[_-]?key)\w*"
            r"[\"']?\s*[=:]\s*[\"']?)[^\s\"'&;,}]+",
            re.IGNORECASE,
        ),
        r"\1" + HIDDEN,
    ),
    (re.compile(r"(://[^/\s:@]*:)[^/\s@]+@"), r"\1" + HIDDEN + "@"),
    # Links of mails carry the right to set a password or confirm an address.
    (re.compile(r"(/(?:key|confirm-email|files/signed)/)[^\s\"'/?]+"), r"\1" + HIDDEN),
    (
        re.compile(r"([?&][\w-]*(?:key|code|sig|token)[\w-]*=)[^\s\"'&]+", re.IGNORECASE),
        r"\1" + HIDDEN,
    ),
)


def hide_secrets(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace every secret in a log line, by its name and by its form."""
    for name, value in event.items():
        event[name] = _hidden(name, value)
    return event


def hide_in_text(text: str) -> str:
    """Replace what looks like a secret inside a text.

    >>> hide_in_text("GET /accounts/password/reset/key/1-abc/ Bearer xyz")
    'GET /accounts/password/reset/key/[hidden]/ Bearer [hidden]'
    """
    for pattern, instead in _SECRET_TEXT:
        text = pattern.sub(instead, text)
    return text


def configure_logs() -> None:
    """Let structlog write through the standard library's handlers."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def logging_config(*, level: str, is_json: bool) -> dict[str, Any]:
    """What `LOGGING` says: everything to standard error, as JSON or for a person's eyes."""
    render: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if is_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _shared(),
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_secrets,
            render,
        ],
    }
    quiet = {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"house": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "house"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would write every line a second time, without hiding.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "propagate": True, **quiet},
            "django.db.backends": quiet,
            "PIL": quiet,
        },
    }


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
    ]


def _hidden(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _hidden(str(key), inner) for key, inner in value.items()}
    if isinstance(value, bool | int | float | None):
        return value
    if _SECRET_NAME.search(name):
        return HIDDEN
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden("", inner) for inner in value]
    return hide_in_text(value if isinstance(value, str) else str(value))
