"""Bridges to other trackers of experiments."""
