"""Surfaces lay an `Answer` out. They add, drop and reorder nothing; none imports another, save `plain`'s words."""
