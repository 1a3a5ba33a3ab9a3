"""Who may sign in, how they prove who they are, and what their duty lets them see."""
