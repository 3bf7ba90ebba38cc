"""The static checker: which lines of a program do not work on which torchvision releases.

From the bottom up:

- ``values`` says what a name may stand for; ``scopes``, ``dictionaries``, ``expressions``, ``calls`` and ``resolve``
  find that out for one file and note each place where it uses torchvision as one of ``uses``;
- ``versions`` computes on which releases a condition holds, and with that a use runs;
- ``release_facts`` has the catalog's answers, with which ``rules`` look at uses;
- ``files`` finds and reads, ``engine`` checks a file, ``sweep`` a tree, in several ``processes``;
- ``fixes`` makes ``edits``, ``supported_range`` asks for every release, ``formats`` prints.

Nothing of this imports torch, or what it checks.
"""
