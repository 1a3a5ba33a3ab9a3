"""What runs around the jobs: clusters, brokers, jars, images."""
