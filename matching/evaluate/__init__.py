"""Simulated markets with a known truth, to try a ranking in: `python -m matching.evaluate`."""
