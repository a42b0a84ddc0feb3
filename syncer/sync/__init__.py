"""Sync, pure: which recordings are one activity, and what a run of the sync has to change."""
