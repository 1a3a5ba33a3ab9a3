"""Acting on cards and warnings: what each form does, and what becomes of one that was sent."""
