"""One page per task, no rules: every page only calls `work`."""
