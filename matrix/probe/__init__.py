"""Measuring one installed torchvision release from the inside.

The folder is run by the interpreter of the environment under test, which knows nothing of this checkout:

    python -I matrix/probe/__main__.py --out facts.json [--canonical canonical.json]

So it needs nothing but the standard library and the release itself, and keeps to the syntax of Python 3.8. No
checkpoint is downloaded: the downloader is replaced by one that notes what was requested, and the network is closed on
top.

What it measures

* which modules import, and which names each of them really has, with the parameters of functions and classes;
* the builders of the six model namespaces, what they request when called plain, with ``pretrained=True`` (keyword and
  positional) and with ``weights=``, and the state dict each of these calls builds (names, dtypes, shapes);
* the weights enums: entries, aliases, metadata, preprocessing;
* outputs: the model is filled with parameters derived from their canonical names, run in double precision on a fixed
  input, and described by a few numbers that must be the same on every release.

Building a hundred models costs neither time nor memory, because initialisation is skipped: the pages of a parameter
that nobody writes to are never allocated.
"""

PROBE_VERSION = 1
