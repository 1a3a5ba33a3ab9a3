"""Case work: what people may do with a lead, a card, a measure and an appeal.

Pure: events in, state out; a command becomes events or a refusal. Whoever calls brings the clock,
the facts and the store.
"""
