"""Examples in docstrings."""

import pytest

from ..programs import check_kept, check_reported, check_silent

EXAMPLES = {
    "module": '''
        """Networks.

        >>> from torchvision import models
        >>> net = models.resnet18(pretrained=True)
                                  ^^^^^^^^^^^^^^^ TVC201
        """
    ''',
    "function": '''
        def f(x):
            """Return x.

            Example::

                >>> import torchvision
                >>> torchvision.models.resnet18(pretrained=True)
                                                ^^^^^^^^^^^^^^^ TVC201
                ResNet(...)
            """
    ''',
    "several-lines": '''
        class A:
            """A class.

            >>> import torchvision
            >>> for name in names:
            ...     torchvision.models.__dict__[name](
            ...         pretrained=False)
                        ^^^^^^^^^^^^^^^^ TVC201
            """
    ''',
    "names-of-the-module": '''
        from torchvision.models import resnet18
        def f():
            """Wrap torchvision's builder.

            >>> resnet18(True)
                         ^^^^ TVC201
            """
    ''',
    "name-that-is-gone": '''
        def f():
            """
            >>> from torchvision.models.utils import load_state_dict_from_url
                                                     ^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
            """
    ''',
}


@pytest.mark.parametrize("program", EXAMPLES.values(), ids=EXAMPLES)
def test_examples_are_read(program):
    check_reported(program)


OTHERS = {
    "prose": '''
        """Call torchvision.models.resnet18(pretrained=True) for it."""
    ''',
    "output": '''
        """
        >>> import torchvision
        >>> print(code)
        torchvision.models.resnet18(pretrained=True)
        """
    ''',
    "example-that-is-none": '''
        """
        >>> import torchvision
        >>> torchvision.models.resnet18(pretrained=True
        """
    ''',
    "text-that-is-no-docstring": '''
        import torchvision
        text = """
        >>> torchvision.models.resnet18(pretrained=True)
        """
    ''',
    "names-of-another-docstring": '''
        def f():
            """
            >>> from torchvision import models
            """
        def g():
            """Nothing of torchvision.

            >>> models.resnet18(pretrained=True)
            """
    ''',
}


@pytest.mark.parametrize("program", OTHERS.values(), ids=OTHERS)
def test_what_is_no_example_is_not_read(program):
    check_silent(program)


def test_an_example_is_left():
    program = '''
        """
        >>> from torchvision import models
        >>> net = models.resnet18(pretrained=True)
        """
        => left: it stands in an example of a docstring
    '''
    check_kept(program)
