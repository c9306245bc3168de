"""What an office has: settings, the study folder, its store, its readers and the demo district."""
