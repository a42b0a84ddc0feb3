"""How a workout leaves: to the watch over USB, or to Garmin Connect."""
