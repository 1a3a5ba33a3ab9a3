"""New rows shown without reloading."""
