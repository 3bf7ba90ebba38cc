"""Running the shim inside one installed release, to find out whether it works there.

This is run by the interpreter of the environment under test, with tvcompat on its path:

    python -m matrix.verify --out verification.json [--reference newest.json]

No checkpoint is downloaded. For most entries the loader is given tensors with the right names and shapes. For one
entry of each architecture a real file is written under the name that the catalog gives, with deterministic parameters
under the newest release's names; it is loaded through the real loader, and the model is run. The results of the newest
release, whose own builders load the same files, are the reference for all others.
"""
