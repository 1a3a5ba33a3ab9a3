"""Duanka's topology on Flink: ticks, plan, decode, device shards, card shards, store."""

from jobs.flink.plain_print import restore_print

# Workers import this package first, when they unpickle its functions.
restore_print()
