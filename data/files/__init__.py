"""Opening what people send: by content, within limits, into plain tables, shapes and rasters."""
