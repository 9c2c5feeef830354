"""Trade management: what stands at the other end of the exchange by files."""
