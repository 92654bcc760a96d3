"""What `make run` starts: the database, the sandbox, the web and the worker, under one roof.

Nothing here is imported by the product itself, and nothing here needs Flask.
"""


class CannotRun(Exception):
    """Why it cannot run, in words a person can act on."""
