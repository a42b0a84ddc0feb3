"""The report's pictures: each takes what it draws and returns an SVG with its text alternative."""
