"""The files that are checked.

``discovery`` finds them; ``source`` decides which of them can concern torchvision and parses one, with ``syntax`` for
Python, ``notebooks`` for cells and ``magics`` for what only IPython understands in them; ``module_tree`` knows the
dotted names of the modules.
"""
