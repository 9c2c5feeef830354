"""What goes over the wire, in the words of the vendor.

``parts`` and ``schema`` are the service of tills, ``codes`` what it answers by, ``office`` is the
service of the private office.
"""
