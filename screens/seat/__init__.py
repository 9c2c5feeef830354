"""The instructor's seat: what of the till's screen is sent to it, and the app that shows it."""
