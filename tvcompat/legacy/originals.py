"""Copies of the functions that the guard changed in place, as they were before; see :mod:`tvcompat.legacy.in_place`.

Empty until the guard is turned on. A function that was changed imports its copy from here each time it is called, so
the copies stay when the guard is turned off: another thread may be in the middle of such a call.
"""
