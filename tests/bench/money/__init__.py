"""Measures the money: `python -m tests.bench.money`, one JSON line each, its baseline beside it."""
