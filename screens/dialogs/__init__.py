"""Small screens over the till: keyboard only, one question each."""
