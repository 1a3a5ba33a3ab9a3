"""The ordinary life of the city, hour by hour: calls, texts, purchases, transfers, wages."""
