"""The bank test: many writers, killed at random, and an auditor who looks all the while."""
