"""Words about lists: made from what people type or hand over as a file, and put on the bus."""
