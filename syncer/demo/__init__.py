"""A synthetic year of a runner, in the providers' real formats. What happens in it is written down in `script`."""
