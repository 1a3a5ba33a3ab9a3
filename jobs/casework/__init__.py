"""Case work with its store, its clock and its bus."""
