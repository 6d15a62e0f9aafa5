"""Posts as Markdown files: how they are read and written. Nothing here writes to the database."""
