"""The server's side of both wires: operations, carried out by the embedded system."""
