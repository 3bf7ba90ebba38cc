"""The version of tvcompat, in the one place that everything reads it from."""

__version__ = "0.1.0"
