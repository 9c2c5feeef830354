"""Between what the till knows and what goes over the wire, for the till's side."""
