"""Renderers: each takes a `WeeklyReport` and returns text."""
