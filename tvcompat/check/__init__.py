"""The static checker: find the lines of a program that break on some torchvision releases.

From the bottom up:

- ``files/`` finds and reads files; ``project`` knows the modules of a tree and what they take from one another;
- ``analysis`` finds out what names stand for in one file, and each place where it uses torchvision;
- ``release_facts`` queries the catalog for ``rules``, which look at uses; each rule is one file;
- ``engine`` checks a file, ``project_scan`` a tree, in several ``processes``; ``supported_range`` checks against every
  release;
- ``fixes`` takes what the rules propose as ``changes``. ``scoping`` and ``bindings`` prove what a name must refer to,
  ``safety`` decides what may be written, ``proposals`` and ``rewriting`` make token-exact edits;
- ``formats`` prints findings, and ``baseline`` stores them.

None of this imports torch, or the code it checks.
"""
