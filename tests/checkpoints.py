"""Checkpoints made here: deterministic parameters in the newest release's names, where the loading code looks for them."""

from tvcompat.catalog import catalog


def put(full_name, url=None):
    """Write the checkpoint of an entry into the cache, under its newest address or another; returns what is in it."""
    import torch

    from matrix.verify.outputs import filled
    from matrix.verify.verification import entries_of, loaded_schema
    from tvcompat.shim import checkpoints

    known = catalog()
    for builder in known.builders.values():
        for entry, number in entries_of(known, builder):
            if entry.full_name == full_name:
                state = filled(loaded_schema(known, number))
                path = checkpoints.cached(url or entry.urls[-1].value)
                path.parent.mkdir(parents=True, exist_ok=True)
                torch.save(state, str(path))
                return state
    raise LookupError(full_name)
