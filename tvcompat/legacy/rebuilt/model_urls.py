"""The ``model_urls`` tables of checkpoints that modules of models had."""

import re
from typing import Dict, Optional

from tvcompat.catalog import catalog
from tvcompat.legacy.stand_in_factories import made_for_each


@made_for_each
def addresses(path: str) -> Dict[str, Optional[str]]:
    """Return a table such as ``torchvision.models.resnet.model_urls``: the old keys with the newest release's URLs.

    Keys and values are text; a value is ``None`` if the old table had none. ``backbone_urls`` likewise.
    """
    # 0.8 had the tables of mobilenetv2 in modules called mobilenet.
    place = re.sub(r"\.mobilenet\.", ".mobilenetv2.", path)
    return dict(catalog().legacy.addresses(place))
