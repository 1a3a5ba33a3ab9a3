"""Which roles of a ``truth.csv`` are fraud cards."""

BAD_ROLES = ("fraud_phone", "mule")
