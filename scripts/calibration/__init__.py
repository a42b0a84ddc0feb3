"""Simulated runners with a known truth, and how often each method raises an alarm on them."""
