"""Measurements, one module each: a docstring whose first line says what it measures, and `main(arguments) -> int`."""
