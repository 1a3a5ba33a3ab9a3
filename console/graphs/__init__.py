"""Pictures of who paid or called whom, laid out and drawn on the server."""
