"""The audit: a plan of what is missing, and the steps that carry it out."""
