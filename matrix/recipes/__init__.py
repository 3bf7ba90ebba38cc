"""Recipes: calls that are made in each release, to see what it does and not only what is there.

Runs inside an installed release and keeps to Python 3.8, the standard library and what that release needs.
"""

RECIPES_VERSION = 1
