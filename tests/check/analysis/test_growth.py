"""Programs that would keep an analysis busy for ever: followed only so far, or not a second time."""

import pytest

from ..conftest import findings
from ..programs import check_reported

GROWING = {
    "builder-in-a-new-item": "D['k{0}'] = models.resnet18",
    "number-in-a-new-item": "D['k{0}'] = {0}",
    "list-added-to-itself": "E = E + E",
    "dictionary-unpacked-twice": "F = {{**F, **F}}",
    "dictionary-updated-with-itself": "F.update(F)",
    "one-of-two-dictionaries-updated-with-itself": "G.update(G)",
    "one-of-two-dictionaries-unpacked-twice": "G = {{**G, **G}}",
    "setdefault-of-a-new-item": "D.setdefault('k{0}', {0})",
}


@pytest.mark.parametrize("line", GROWING.values(), ids=GROWING)
def test_what_grows_without_end_is_followed_only_so_far(line):
    """Each of these makes twice as much of something, or a copy of what thousands of lines before it made."""
    source = (
        "from torchvision import models\nD, E, F = {}, [models.resnet18], {'a': models.resnet18}\n"
        "D = {}\nG = {'a': 1} if x else {'b': 2}\n" + "\n".join(line.format(number) for number in range(3000))
    )
    found = findings(source + "\nmodels.resnet18(pretrained=True)\n")
    assert [finding.code for finding in found] == ["TVC201"]


def test_classes_that_hold_one_another():
    """Following them from one to the next never ends."""
    program = """
        from torchvision import models
        class A:
            def __init__(self):
                self.kids = [A(), B()]
                self.net = models.resnet18(pretrained=True)
                                           ^^^^^^^^^^^^^^^ TVC201
            def all(self):
                return {"me": [self], **self.kids}
        class B(A):
            def __init__(self):
                super().__init__()
                self.parents = (A(), self)
                self.kids = self.kids + [self.all()]
    """
    check_reported(program)
