"""One event a line: for people as text, for machines as JSON. No names, numbers or texts of cases go in."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(options: dict[str, str]) -> None:
    """Called by Django with ``settings.LOGGING``: {"format": "text"|"json", "level": "INFO"}."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
    ]
    as_json = options["format"] == "json"
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    final = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
    if as_json:
        final.insert(0, structlog.processors.format_exc_info)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=final))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(options["level"])
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every glyph of every paper
