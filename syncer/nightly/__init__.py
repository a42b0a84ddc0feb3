"""The night that runs by itself: the scheduler's units and the notifications."""
