"""Honest people whose cards look like fraud, one role a file; see :mod:`simulation.lookalikes.registry`."""
