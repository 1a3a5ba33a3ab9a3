"""Notices out: who is told of a victim's warning, a hit or a lead's deadline, when, and in what words."""
