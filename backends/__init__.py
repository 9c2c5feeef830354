"""Everything that the till can talk to."""
