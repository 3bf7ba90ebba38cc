"""Recipes: calls that are made in each release, to see what its functions and classes do and not only that they are there.

Runs inside an installed release and keeps to Python 3.8, the standard library and what that release needs.
"""

RECIPES_VERSION = 1
