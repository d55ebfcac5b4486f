# Export of everything as JSON lines with files, and reading it back.
