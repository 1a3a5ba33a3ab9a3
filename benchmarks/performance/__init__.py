"""How fast the engine is, beside what people would use instead and beside the limit, in one run."""
