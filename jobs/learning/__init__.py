"""The learning job: which rows it is given, the learner as a shard, its candidates, its runs."""
