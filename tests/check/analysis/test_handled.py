"""Code that deals with the case itself: by ``try``, ``hasattr`` or a condition on the version. It is not reported."""

import pytest

from ..conftest import between, upgrade
from ..programs import check_reported, check_silent

QUESTIONS = {"upgrade": upgrade(), "range": between("0.9.0")}

HANDLED = {
    "import-error": """
        try:
            from torchvision.models.utils import load_state_dict_from_url
        except ImportError:
            from torch.hub import load_state_dict_from_url
    """,
    "bare-except": """
        try:
            import torchvision.transforms.functional_tensor as F
        except:
            F = None
    """,
    "several-exceptions": """
        try:
            import torchvision.transforms.functional_tensor as F
        except (ModuleNotFoundError, OSError):
            F = None
    """,
    "suppress": """
        import contextlib
        with contextlib.suppress(ImportError):
            import torchvision.transforms.functional_tensor
    """,
    "hasattr": """
        import torchvision
        if hasattr(torchvision.models.resnet, 'model_urls'):
            torchvision.models.resnet.model_urls
    """,
    "getattr-with-a-default": """
        from torchvision.models import resnet
        urls = getattr(resnet, 'model_urls', None)
    """,
    "attribute-error": """
        from torchvision.models import resnet
        try:
            resnet.model_urls
        except AttributeError:
            pass
    """,
    "type-checking": """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from torchvision.transforms.functional_tensor import x
    """,
    "version-parsed": """
        import torchvision
        from packaging import version
        if version.parse(torchvision.__version__) < version.parse('0.13'):
            torchvision.models.resnet18(pretrained=True)
        else:
            torchvision.models.resnet18(weights=None)
    """,
    "loose-version-behind-a-name": """
        import torchvision
        from distutils.version import LooseVersion
        NEW = LooseVersion(torchvision.__version__) >= '0.13'
        def f():
            if NEW:
                return torchvision.models.resnet18(weights=None)
            return torchvision.models.resnet18(pretrained=True)
    """,
    "tuple-of-numbers": """
        import torchvision
        v = tuple(int(x) for x in torchvision.__version__.split('.')[:2])
        net = torchvision.models.resnet18(weights=None) if v >= (0, 13) else torchvision.models.resnet18(pretrained=True)
    """,
    "function-of-the-version": """
        import torchvision
        def is_old():
            return int(torchvision.__version__.split('.')[1]) < 13
        if is_old():
            torchvision.models.resnet18(pretrained=True)
    """,
    "return-behind-a-version": """
        import torchvision
        def f():
            if int(torchvision.__version__.split('.')[1]) < 13:
                return torchvision.models.resnet18(pretrained=True)
            return torchvision.models.resnet18(weights=None)
    """,
    "type-error": """
        from torchvision import models
        try:
            models.resnet18(weights=None)
        except TypeError:
            models.resnet18(pretrained=True)
    """,
    "name-that-is-none-on-old-releases": """
        from torchvision import models
        try:
            from torchvision.models import ResNet18_Weights
        except ImportError:
            ResNet18_Weights = None
        if ResNet18_Weights is None:
            models.resnet18(pretrained=True)
    """,
    "flag-set-where-an-import-fails": """
        from torchvision import models
        try:
            from torchvision.models import ResNet18_Weights
            HAS = True
        except ImportError:
            HAS = False
        def f():
            if HAS:
                models.resnet18(weights=None)
            else:
                models.resnet18(pretrained=True)
    """,
    "namespace-that-has-get_model": """
        from torchvision import models
        if 'get_model' in models.__dict__:
            models.get_model('resnet18')
    """,
    "and-behind-hasattr": """
        import torchvision
        hasattr(torchvision.models, 'get_model') and torchvision.models.get_model('resnet18')
    """,
    "item-set-by-version": """
        import torchvision
        kw = {}
        if int(torchvision.__version__.split('.')[1]) < 13:
            kw['pretrained'] = True
        else:
            kw['weights'] = None
        torchvision.models.resnet18(**kw)
    """,
    "dictionary-made-by-version": """
        import torchvision
        if int(torchvision.__version__.split('.')[1]) < 13:
            kw = dict(pretrained=True)
        else:
            kw = dict(weights=None)
        torchvision.models.resnet18(**kw)
    """,
    "attribute-of-a-class": """
        import torchvision
        class A:
            new = int(torchvision.__version__.split('.')[1]) >= 13
            def f(self):
                if self.new:
                    return torchvision.models.resnet18(weights=None)
                return torchvision.models.resnet18(pretrained=True)
    """,
    "numbers-unpacked": """
        import torchvision
        major, minor = map(int, torchvision.__version__.split('.')[:2])
        if (major, minor) < (0, 13):
            torchvision.models.resnet18(pretrained=True)
    """,
    "signature": """
        import inspect, torchvision
        if 'weights' in inspect.signature(torchvision.models.resnet18).parameters:
            torchvision.models.resnet18(weights=None)
        else:
            torchvision.models.resnet18(pretrained=True)
    """,
    "skipif": """
        import pytest, torchvision
        @pytest.mark.skipif(int(torchvision.__version__[2:4]) > 12, reason='')
        def test():
            torchvision.models.resnet18(pretrained=True)
    """,
}


@pytest.mark.parametrize("program", HANDLED.values(), ids=HANDLED)
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_code_that_deals_with_both_cases(program, question):
    check_silent(program, question)


HANDLED_AS_TEXT = {
    "version-from-metadata-as-text": """
        import importlib.metadata
        import torchvision
        if importlib.metadata.version('torchvision') < '0.13':
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC402
            torchvision.models.resnet18(pretrained=True)
    """,
}


@pytest.mark.parametrize("program", HANDLED_AS_TEXT.values(), ids=HANDLED_AS_TEXT)
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_version_compared_as_text_is_all_that_is_wrong(program, question):
    check_reported(program, question)


NOT_HANDLED = {
    "raises-in-other-words": """
        try:
            import torchvision.transforms.functional_tensor
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
        except ImportError:
            raise RuntimeError('no torchvision')
    """,
    "another-exception": """
        try:
            import torchvision.transforms.functional_tensor
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
        except ValueError:
            pass
    """,
    "attribute-behind-import-error": """
        import torchvision
        try:
            torchvision.models.resnet.model_urls
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC203
        except ImportError:
            pass
    """,
    "version-of-python": """
        import sys
        if sys.version_info > (3, 8):
            import torchvision.transforms.functional_tensor
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
    "condition-on-the-module": """
        import torchvision
        if torchvision:
            import torchvision.transforms.functional_tensor
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ TVC101
    """,
}


@pytest.mark.parametrize("program", NOT_HANDLED.values(), ids=NOT_HANDLED)
def test_what_deals_with_something_else_is_reported(program):
    check_reported(program)
