"""One JSON object a line, with the id of the request or job it belongs to. Never a secret."""

import json
import logging
import sys
import time
import uuid
from contextvars import ContextVar

from flask import Flask, Response, g, request

request_id: ContextVar[str] = ContextVar("request_id", default="-")
_log = logging.getLogger("alongside.request")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": request_id.get(),
            "says": _said(record),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _said(record: logging.LogRecord) -> str:
    """Of a job its name and number alone: what it was given may hold a link that signs in."""
    job = getattr(record, "job", None)
    if not isinstance(job, dict):
        return record.getMessage()
    return f"{job.get('task_name')}[{job.get('id')}] {getattr(record, 'action', '')}"


def set_up(app: Flask, *, quiet: bool) -> None:
    root = logging.getLogger()
    if not quiet and not any(isinstance(h.formatter, JsonLines) for h in root.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        root.handlers = [handler]
        root.setLevel(logging.INFO)
        logging.getLogger("procrastinate").setLevel(logging.WARNING)
        logging.getLogger("stripe").setLevel(logging.WARNING)
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    request_id.set(uuid.uuid4().hex[:16])


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id.get()
    took = round((time.perf_counter() - g.began) * 1000, 1) if "began" in g else None
    facts = {"endpoint": request.endpoint, "status": response.status_code, "took_ms": took}
    # The rule, not the path: paths may carry reset tokens.
    rule = request.url_rule.rule if request.url_rule else "-"
    _log.info("%s %s", request.method, rule, extra={"facts": facts})
    return response
