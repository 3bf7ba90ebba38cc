"""Look up model names of torchvision's registry, on every release."""

from tvcompat.catalog import Catalog, Model
from tvcompat.errors import UnknownModelError


def find_model(known: Catalog, name: object) -> Model:
    """Return the model of a registry name, ignoring case as torchvision does.

    Raises:
        UnknownModelError: there is none; with names that look like it.
    """
    key = name.lower() if isinstance(name, str) else ""
    model = known.model(key)
    if model is None:
        import difflib

        raise UnknownModelError(name, difflib.get_close_matches(key, known.model_names, 4, 0.6))
    return model
