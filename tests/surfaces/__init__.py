"""What the surfaces make of an answer."""
