"""Model life: training, the registry's models on their way into a running job, and what they said."""
