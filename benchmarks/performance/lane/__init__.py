"""The work that every rival can be asked to do: a stated part of the catalogue, the same for all.

Of a stream of calls and messages: 24 of a phone's 51 features, river's half-space trees over them, a
threshold, and one hit a phone until it has been quiet for a day. What is left out: the sketches (cells,
handsets, areas, counterparts, hours), what other shards tell (devices, openings), the comparison with the
shard's population, typologies, the edge stream, the learned model, payments and warnings.

All but :mod:`.columns` and :mod:`.job` need Python and river alone, so that rivals run in an environment of their own.
"""
