"""The console: the web page of officers, supervisors, analysts, operators and auditors.

Reads the store through `connectors.queries` and acts through `jobs.casework`; it scores nothing.
"""
