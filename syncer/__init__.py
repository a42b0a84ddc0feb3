"""syncer: band-walk workouts on the watch, and an honest look at what skipping them goes with."""

__version__ = "0.1.0"
