"""Running the shim inside one installed release, to say what holds there.

Run by the interpreter of the environment under test, with tvcompat on its path:

    python -m matrix.verify --out verification.json [--reference newest.json]

No checkpoint is downloaded. For most entries the loader is given tensors of the right names and shapes; for one entry
of each architecture a real file is written under the name that the catalog gives, with deterministic parameters in the
newest release's names, loaded through the real loader, and the model is run. What the newest release found, whose own
builders load the same files, is the reference for all others.
"""
