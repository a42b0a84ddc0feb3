"""Workouts, pure: template text in, FIT bytes and Connect JSON out."""
