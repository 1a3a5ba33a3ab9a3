"""Taint: money followed from a confirmed or reported card through the accounts that it reaches."""
