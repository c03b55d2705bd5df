"""`python -m desk` is `lanmu`."""

from desk.cli import run

run()
