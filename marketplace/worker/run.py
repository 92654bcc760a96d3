"""The worker process: procrastinate over PostgreSQL, one app context a job."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import procrastinate
from flask import Flask, current_app
from flask.cli import with_appcontext
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from marketplace.kit.logs import request_id
from marketplace.matches.service import indexer

from .tasks import TASKS

log = logging.getLogger("alongside.worker")

# A job whose worker has not given a sign of life for this long is run by another.
STALLED_SECONDS = 30.0
# 1 s, 2 s, 4 s … and never more than ten minutes between two tries.
_LONGEST_WAIT = 600
# What runs by itself, and when; seconds come last.
CLOCKS = {
    "sweep": "* * * * * */30",
    "find_lost_events": "*/10 * * * *",
    "nightly": "* * * * *",
    "tidy": "17 3 * * *",
}


class Patiently(procrastinate.BaseRetryStrategy):
    """Doubling waits, up to a bound; after the last try the job is failed, for an admin to see."""

    def __init__(self, tries: int) -> None:
        self.tries = tries

    def get_retry_decision(
        self, *, exception: BaseException, job: Any
    ) -> procrastinate.RetryDecision | None:
        log.warning("%s failed: %s", job.task_name, exception, exc_info=exception)
        if job.attempts + 1 >= self.tries:
            return None
        wait = min(_LONGEST_WAIT, 2**job.attempts)
        return procrastinate.RetryDecision(retry_in={"seconds": wait})


def make_worker(app: Flask) -> procrastinate.App:
    """All jobs and clocks on one procrastinate app."""
    config = app.extensions["config"]
    url = config.database_url.replace("postgresql+psycopg://", "postgresql://")
    jobs = procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            conninfo=url,
            kwargs={"options": "-c role=alongside_app"},
            min_size=1,
            max_size=6,
        )
    )
    for name, (function, queue, tries) in TASKS.items():
        jobs.task(name=name, queue=queue, retry=Patiently(tries))(_in_app(app, name, function))

    for name, cron in CLOCKS.items():
        _by_the_clock(jobs, app, name, cron)

    @jobs.periodic(cron="* * * * * */30", periodic_id="rescue")
    @jobs.task(name="rescue", queue="clock", queueing_lock="rescue")
    async def rescue(timestamp: int) -> None:
        await rescue_stalled(jobs.job_manager)

    return jobs


def _by_the_clock(jobs: procrastinate.App, app: Flask, name: str, cron: str) -> None:
    """Run a job at its times, and never twice at once."""

    def run(timestamp: int) -> None:
        _in_app(app, name, TASKS[name][0])()

    task = jobs.task(name=f"{name}_now", queue="clock", queueing_lock=name)(run)
    jobs.periodic(cron=cron, periodic_id=name)(task)


async def rescue_stalled(jobs: JobManager) -> None:
    """Jobs whose worker was killed go back to the queue.

    Where one for the same thing waits already, that one does the work.
    """
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        try:
            await jobs.retry_job(job)
        except procrastinate.exceptions.UniqueViolation:
            await jobs.finish_job(job, Status.FAILED, delete_job=True)


def _in_app(app: Flask, name: str, function: Callable[..., None]) -> Callable[..., None]:
    def run(**args: Any) -> None:
        with app.app_context():
            request_id.set(f"job:{name}")
            function(**args)

    run.__name__ = name
    return run


@click.command()
@click.option("--concurrency", default=6, show_default=True)
@with_appcontext
def worker(concurrency: int) -> None:
    """Run jobs and clocks until told to stop; a running job is finished first."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    asyncio.run(_work(app, concurrency))


async def _work(app: Flask, concurrency: int) -> None:
    jobs = make_worker(app)
    with indexing(app):
        async with jobs.open_async():
            await jobs.run_worker_async(
                concurrency=concurrency,
                fetch_job_polling_interval=1.0,
                update_heartbeat_interval=5.0,
                stalled_worker_timeout=STALLED_SECONDS,
                shutdown_graceful_timeout=20.0,
            )


@contextmanager
def indexing(app: Flask) -> Iterator[None]:
    """Keep the matching engine's snapshot as the database is, beside all else."""
    stop = threading.Event()
    about = (app.app_context, app.extensions["engine"], stop)
    thread = threading.Thread(target=indexer.run, args=about, name="indexer", daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(20)
