"""Writes the reference pages that are made from the program itself; a test holds them against it."""
