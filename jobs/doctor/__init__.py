"""Checks of everything a run needs, one part a file; :mod:`jobs.doctor.checks` lists them."""
