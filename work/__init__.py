"""One function per command: opens the study, takes the lock, calls down, records the run."""
