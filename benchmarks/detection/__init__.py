"""How well the engine finds fraud: on public data, on real data, in the simulated city."""
