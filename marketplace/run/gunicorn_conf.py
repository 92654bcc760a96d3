"""How the web is served: two processes of sixteen threads, behind whatever faces the world."""

import gc
import os
from pathlib import Path
from typing import Any

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = 16
timeout = 30
graceful_timeout = 10
keepalive = 5
preload_app = False  # every process opens its own connections
errorlog = "-"
accesslog = None  # the app writes one structured line a request itself
loglevel = "warning"
control_socket_disable = True  # its default place is the home directory
if Path("/dev/shm").is_dir():  # noqa: S108  (a heartbeat file must not wait for a slow disk)
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def post_worker_init(worker: Any) -> None:
    """What is loaded now stays for good: pages shall not wait while it is looked through again."""
    if hasattr(worker.wsgi, "app_context"):
        from marketplace.matches.queries.backend import warm

        with worker.wsgi.app_context():
            warm()
    gc.collect()
    gc.freeze()
