"""Measures the pages of the demo world: `python -m tests.bench`, one JSON line a page."""
