"""What fuzzing feeds with made-up input, and what must hold whatever comes: a module for each kind of door."""
