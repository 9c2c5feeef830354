"""The instructor's seat: a second terminal that sees the till, drops in events, writes notes."""
