"""Loopback servers that behave as Garmin Connect and Strava behave, their silent habits included."""
