"""Sources for people with internet: fetched whole, checked, and recorded with their licence."""
