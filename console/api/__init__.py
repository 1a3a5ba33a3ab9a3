"""The REST interface for programs, under ``/api/v1``: what the pages show and do, as JSON, with tokens."""
