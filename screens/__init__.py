"""The till in a terminal."""
