"""What people saw in the field; filled by the issue "The field loop"."""
