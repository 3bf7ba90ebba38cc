"""The availability report: a page, a Markdown summary, a table and pictures, from the catalog and the records."""
