"""A synthetic year in the providers' real formats."""
