"""The customer's side: what the buyer sees, and the messages on his phone."""
