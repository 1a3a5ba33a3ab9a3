"""What production does to a job: bad input, floods, faults and long runs, with figures."""
