"""Measuring releases: from wheels and installs to records, and from records to the catalog and the report.

Not shipped. Needs Python 3.11, except for `probe` and `verify`, which run inside old releases under Python 3.8.
"""
