"""Log lines: one JSON object each in production, readable text on a desk. Fields instead of sentences."""

import re
from collections.abc import MutableMapping
from logging.config import dictConfig
from typing import Any

import structlog

# Links that let somebody in, and what a provider of single sign-on gives along: whoever reads a log may not use them.
LETS_IN = re.compile(
    r"/(a|s|drill|overviews|invitation|address|setup|password/reset/key)/[^/\s\"'?]+|([?&](?:code|state|token|kept)=)[^&\s\"']+"
)


def without_secrets(logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor: in the sentence and in every field, a request among them."""
    for name, value in line.items():
        if name == "request" or (isinstance(value, str) and ("/" in value or "=" in value)):
            line[name] = LETS_IN.sub(lambda found: f"/{found[1]}/..." if found[1] else f"{found[2]}...", str(value))
    return line


# Every log call passes through these, ours and the libraries' alike.
SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

# At INFO these write about 180,000 lines a day, one for each tick and task.
TOO_CHATTY = ("celery.beat", "celery.worker.strategy", "celery.app.trace", "fontTools", "kombu")
ON_A_DESK = ("celery", "waitress")  # a person watches the terminal: warnings only


def logging_config(*, plain: bool) -> dict[str, Any]:
    """A dictConfig; `plain` gives text instead of JSON."""
    last: list[Any] = (
        # Plain tracebacks: the prettier ones print local variables, and with them customers' data.
        [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
        if plain
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, without_secrets, *last],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {name: {"level": "WARNING"} for name in (*TOO_CHATTY, *(ON_A_DESK if plain else ()))}
        | {"waitress.queue": {"level": "ERROR"}},  # browsers open six connections at once, that is no news
    }


def configure(config: dict[str, Any]) -> None:
    """Django calls this once as LOGGING_CONFIG."""
    dictConfig(config)
    structlog.configure(
        processors=[
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
