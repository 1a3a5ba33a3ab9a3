"""The lane's work as users of other engines would write it, each a process of its own.

Each is run as ``python -m benchmarks.performance.rivals.NAME FILE FOLDER``: calls in order in, ``FOLDER/hits`` and
``FOLDER/stamps`` out. Where a choice was open, the one was taken that favours the rival; docs/performance.md lists
them.
"""
