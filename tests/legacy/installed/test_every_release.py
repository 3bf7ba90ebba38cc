"""What the guard gives on every release: names that went before, and those that were rebuilt."""

import pytest

from tvcompat import legacy
from tvcompat.catalog import catalog
from tvcompat.legacy.dropped_names import LegacyNames
from tvcompat.releases import installed_version

KNOWN = catalog()
NAMES = LegacyNames(installed_version() or "0")

# They need PyAV, which is not everywhere.
VIDEOS = "tvcompat.legacy.video"


def rebuilt():
    """The names that the installed release lacks and tvcompat has rebuilt."""
    for module in KNOWN.table("legacy")["modules"]:
        for name in NAMES.names(module):
            found = NAMES.name(module, name)
            if found.stand_in.startswith("tvcompat.") and not found.stand_in.startswith(VIDEOS):
                yield found


@pytest.mark.filterwarnings("ignore")
def test_each_rebuilt_name_can_be_given():
    refused = {}
    for found in rebuilt():
        try:
            assert NAMES.value(found) is not None
        except LookupError as error:
            refused[found.path] = str(error)
    assert refused == {}
    assert "torchvision.datasets.voc.download_extract" in {found.path for found in rebuilt()}


@pytest.mark.parametrize("forward", [False, True], ids=["backward", "forward"])
def test_a_helper_that_left_before_0_9(forward):
    with legacy.enable(forward=forward, warn=False) as guard:
        from torchvision.datasets.voc import download_extract

        assert callable(download_extract)
        assert [use.name for use in guard.ledger.uses] == ["torchvision.datasets.voc.download_extract"]
