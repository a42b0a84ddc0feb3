"""Where recordings come from: the providers' payloads, their export archives, and FIT files."""
