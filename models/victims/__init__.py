"""Whether a person is being cheated: payments and calls of theirs, judged together."""
