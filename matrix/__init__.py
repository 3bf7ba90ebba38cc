"""Measuring releases: wheels and installs become records, records the catalog and the report.

Not shipped. All of it needs Python 3.11, but `probe` and `verify`, which run inside old releases under Python 3.8.
"""
