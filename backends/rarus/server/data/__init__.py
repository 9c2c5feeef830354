"""What the server keeps beside the loyalty system: ``rarus.db``."""
