"""What a place is worth: pure rules that open nothing but their own catalogue."""
