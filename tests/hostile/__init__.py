"""What an enemy would try."""
