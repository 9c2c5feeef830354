"""What is said, with the names of the vendor; what is *emulated* is listed in ``kinds``."""
