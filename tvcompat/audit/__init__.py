"""Measuring releases: wheels and installs become records, records the catalog and the report."""
