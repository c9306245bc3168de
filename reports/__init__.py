"""What leadership reads; filled by the issue "The brief"."""
