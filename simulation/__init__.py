"""A seeded synthetic city with ground truth.

People call, text, earn, shop and pay; among them a few rings run fraud phones and mule accounts,
and many honest people look like them (couriers, call centres, shops, organisers). The city exists
to measure a detector honestly: fraud differs from honest life by what it does, never by the form
of its numbers, the fields it fills or the order of its events. Start at :mod:`simulation.city`.
"""
