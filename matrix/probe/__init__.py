"""Measuring one installed torchvision release from the inside.

The folder is run by the interpreter of the environment under test, which does not know about this checkout:

    python -I matrix/probe/__main__.py --out facts.json [--canonical canonical.json]

It therefore needs nothing but the standard library and the release itself, and sticks to the syntax of Python 3.8. No
checkpoint is downloaded: the downloader is replaced by one that records what was requested, and the network is blocked
as well.

What it measures

* which modules can be imported, and which names each of them has, with the parameters of functions and classes;
* the builders of the six model namespaces, what they request when called without arguments, with ``pretrained=True``
    (keyword and positional) and with ``weights=``, and the state dict each call builds (names, dtypes, shapes);
* the weights enums: entries, aliases, metadata, preprocessing;
* outputs: the model is filled with parameters derived from their canonical names, run on a fixed input in double
    precision, and described by a few numbers that must be the same on every release.

Building a hundred models takes little time or memory, because initialisation is skipped: memory pages of a parameter
that are never written to are never allocated.
"""

PROBE_VERSION = 1
