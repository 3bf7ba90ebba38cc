"""The static checker: which lines of a program do not work on which torchvision releases.

From the bottom up:

- ``files/`` finds and reads files; ``project`` knows the modules of a tree and what they take from one another;
- ``analysis`` finds out what names stand for in one file, and each place where it uses torchvision;
- ``release_facts`` has the catalog's answers, with which ``rules`` look at uses, one file a rule;
- ``engine`` checks a file, ``project_scan`` a tree, in several ``processes``; ``supported_range`` checks against every
  release;
- ``fixes`` takes what the rules propose as ``changes``. ``scoping`` and ``bindings`` prove what a name must refer to,
  ``safety`` decides what may be written, ``proposals`` and ``rewriting`` make edits that are exact to the token;
- ``formats`` prints, and ``baseline`` keeps what was found.

Nothing of this imports torch, or what it checks.
"""
