"""Branches: what a name may stand for behind conditions, loops, handlers and cases.

Over 400 lines, since each kind of branch has programs that must be reported and their neighbours that must not.
"""

import pytest

from ..programs import check_reported, check_silent

FOUND = {
    "bound-in-an-inner-branch": """
        from torchvision import models
        fn = None
        if a:
            if b:
                fn = models.resnet18
            x = 1
        fn(pretrained=True)
           ^^^^^^^^^^^^^^^ TVC201
    """,
    "rebound-behind-an-inner-branch": """
        from torchvision import models
        fn = models.resnet18
        if a:
            if b:
                pass
            fn = None
        fn(pretrained=True)
           ^^^^^^^^^^^^^^^ TVC201
    """,
    "with-that-expects-an-exception": """
        from torchvision import models
        with pytest.raises(KeyError):
            pass
        models.resnet18(pretrained=True)
                        ^^^^^^^^^^^^^^^ TVC201
    """,
    "with-a-file": """
        from torchvision import models
        with open('x') as f:
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
    """,
    "try-with-finally": """
        from torchvision import models
        try:
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
        finally:
            pass
    """,
    "try-that-binds-and-handler-that-rebinds": """
        from torchvision import models
        def f():
            try:
                fn = models.resnet18
            except KeyError as models:
                fn = mine
            fn(pretrained=True)
               ^^^^^^^^^^^^^^^ TVC201
    """,
    "handler-that-binds": """
        from torchvision import models
        def f(a):
            try:
                fn = mine
            except KeyError:
                fn = models.resnet18
            fn(pretrained=True)
               ^^^^^^^^^^^^^^^ TVC201
    """,
    "handler-that-returns": """
        from torchvision import models
        def f(a):
            try:
                models.resnet18
            except (KeyError, OSError):
                return
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
    """,
    "loop-with-a-break": """
        from torchvision import models
        def f(models=models):
            while True:
                if a:
                    break
                models.resnet18(pretrained=True)
                                ^^^^^^^^^^^^^^^ TVC201
    """,
    "else-of-a-loop-that-rebinds": """
        from torchvision import models
        for a in b:
            if a: break
        else:
            models = mine
        models.resnet18(pretrained=True)
                        ^^^^^^^^^^^^^^^ TVC201
    """,
    "case-that-rebinds": """
        from torchvision import models
        match x:
            case 1:
                models = mine
        models.resnet18(pretrained=True)
                        ^^^^^^^^^^^^^^^ TVC201
    """,
    "conditional-expression": """
        from torchvision import models
        fn = models.resnet18 if a else models.resnet50
        fn(pretrained=True)
           ^^^^^^^^^^^^^^^ TVC201
    """,
    "first-of-a-conditional-expression": """
        from torchvision import models
        (models.resnet18 if x else mine)(pretrained=True)
                                         ^^^^^^^^^^^^^^^ TVC201
    """,
    "second-of-a-conditional-expression": """
        from torchvision import models
        (mine if x else models.resnet18)(pretrained=True)
                                         ^^^^^^^^^^^^^^^ TVC201
    """,
    "or-behind-nothing": """
        from torchvision import models
        fn = None or models.resnet18
        fn(pretrained=True)
           ^^^^^^^^^^^^^^^ TVC201
    """,
    "or-before-something-else": """
        from torchvision import models
        fn = models.resnet18 or mine
        fn(pretrained=True)
           ^^^^^^^^^^^^^^^ TVC201
    """,
    "condition-that-is-negated": """
        from torchvision import models
        if not flag:
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
    """,
    "condition-on-a-number": """
        from torchvision import models
        x = -1
        if x:
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
    """,
    "condition-on-a-function-that-returns-a-number": """
        from torchvision import models
        def f():
            return 1
        if f():
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
    """,
    "condition-on-a-function-that-returns-nothing": """
        from torchvision import models
        def f():
            return
        if f():
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
    """,
    "condition-on-another-builder": """
        from torchvision import models
        if getattr(models, 'resnet18'):
            models.vgg11(pretrained=True)
                         ^^^^^^^^^^^^^^^ TVC201
    """,
    "condition-that-mentions-the-version-and-always-holds": """
        from torchvision import models
        import torchvision
        if a or torchvision.__version__ > x or 1:
            pass
        models.resnet18(pretrained=True)
                        ^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", FOUND.values(), ids=FOUND)
def test_what_a_branch_may_have_bound_is_reported(program):
    check_reported(program)


BRANCHES = {
    "other-library-in-else": """
        if lib == "torchvision":
            from torchvision.models import resnet50
            resnet50(pretrained=True)
                     ^^^^^^^^^^^^^^^ TVC201
        else:
            from timm.models import resnet50
            resnet50(pretrained=True)
        resnet50(pretrained=True)
                 ^^^^^^^^^^^^^^^ TVC201
    """,
    "import-in-a-branch-that-returns": """
        from torchvision import models
        def f(lib):
            if lib == "timm":
                import timm.models as models
                return models.resnet18(pretrained=True)
            return models.resnet18(pretrained=True)
                                   ^^^^^^^^^^^^^^^ TVC201
    """,
    "branches-that-jump": """
        from torchvision import models
        for name in names:
            if name == "a":
                make = models.resnet18
                break
            elif name == "b":
                make = models.resnet34
                continue
            make = None
            make(pretrained=True)
        make(pretrained=True)
             ^^^^^^^^^^^^^^^ TVC201
    """,
    "import-in-try-and-in-a-handler": """
        try:
            from mine.models import resnet18
            resnet18(pretrained=True)
        except ValueError:
            from torchvision.models import resnet18
            resnet18(pretrained=True)
                     ^^^^^^^^^^^^^^^ TVC201
        else:
            resnet18(pretrained=True)
        finally:
            resnet18(pretrained=True)
                     ^^^^^^^^^^^^^^^ TVC201
    """,
    "rebound-in-a-loop": """
        from torchvision import models
        while True:
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
            models = 1
            models.resnet18(pretrained=True)
        else:
            models.resnet18(pretrained=True)
                            ^^^^^^^^^^^^^^^ TVC201
    """,
    "else-behind-a-branch-that-raises": """
        from torchvision import models
        if a:
            pass
        elif b:
            raise ValueError
        else:
            models = None
            models.resnet18(pretrained=True)
        models.resnet18(pretrained=True)
                        ^^^^^^^^^^^^^^^ TVC201
    """,
    "cases-of-a-match-statement": """
        from torchvision import models
        match arch:
            case "a" if models.resnet18(pretrained=True):
                                        ^^^^^^^^^^^^^^^ TVC201
                make = models.resnet18
                make(pretrained=True)
                     ^^^^^^^^^^^^^^^ TVC201
            case "b":
                make = other
                make(pretrained=True)
        make(pretrained=True)
             ^^^^^^^^^^^^^^^ TVC201
    """,
}


@pytest.mark.parametrize("program", BRANCHES.values(), ids=BRANCHES)
def test_a_name_stands_for_what_its_branch_bound(program):
    check_reported(program)


NOT_FOUND = {
    "rebound-in-every-way": """
        from torchvision import models
        def f():
            models = mine
            if a:
                models = other
            models.resnet18(pretrained=True)
    """,
    "rebound-in-every-case": """
        from torchvision import models
        match x:
            case 1:
                models = mine
            case _:
                models = other
        models.resnet18(pretrained=True)
    """,
    "lambda-that-tells-the-version": """
        from torchvision import models
        import torchvision
        old = lambda: torchvision.__version__.startswith('0.9.')
        if old():
            models.resnet18(pretrained=True)
    """,
    "and-behind-the-version": """
        from torchvision import models
        import torchvision
        x = torchvision.__version__ > y and models.resnet18(pretrained=True)
    """,
    "version-beside-another-condition": """
        from torchvision import models
        import torchvision
        if a and torchvision.__version__ < x:
            models.resnet18(pretrained=True)
    """,
    "version-negated": """
        from torchvision import models
        import torchvision
        if not torchvision.__version__ < x:
            models.resnet18(pretrained=True)
    """,
    "function-that-tells-the-version": """
        from torchvision import models
        import torchvision
        def old():
            return torchvision.__version__ < x
        if old():
            models.resnet18(pretrained=True)
    """,
}


@pytest.mark.parametrize("program", NOT_FOUND.values(), ids=NOT_FOUND)
def test_what_no_branch_leaves_is_not_reported(program):
    check_silent(program)


# Builders and dictionaries that belong together, since the program binds them in the same branch.
TOGETHER = {
    "attributes": """
        import timm
        from torchvision import models
        class Net:
            def __init__(self, lib):
                if lib == "torchvision":
                    self.f = models.resnet18
                    self.a = {"pretrained": False}
                              ^^^^^^^^^^^^^^^^^^^ TVC201
                elif lib == "timm":
                    self.f = timm.create_model
                    self.a = {"model_name": "resnet18", "pretrained": True}
                self.net = self.f(**self.a)
    """,
    "names": """
        import timm
        from torchvision import models
        if x:
            f, a = models.resnet18, dict(pretrained=False)
                                         ^^^^^^^^^^^^^^^^ TVC201
        else:
            f, a = timm.create_model, dict(model_name="resnet18", pretrained=True)
        net = f(**a)
    """,
    "two-builders": """
        from torchvision import models
        if x:
            f = models.resnet18
            a = {"pretrained": True}
                 ^^^^^^^^^^^^^^^^^^ TVC201
        else:
            f = models.get_model_builder("vgg16")
            a = {"weights": "IMAGENET1K_V1"}
        net = f(**a)
    """,
    "same-test-again": """
        import timm
        from torchvision import models
        def build(lib):
            if lib == "torchvision":
                f = models.resnet18
            else:
                f = timm.create_model
            a = {}
            if lib != "torchvision":
                a = {"pretrained": True}
            if lib == "torchvision":
                f(pretrained=False)
                  ^^^^^^^^^^^^^^^^ TVC201
            else:
                f(pretrained=True)
            return f(**a)
    """,
    "opposite-flag": """
        import timm
        from torchvision import models
        def build(other):
            f = timm.create_model if other else models.resnet18
            a = {}
            if other:
                a["pretrained"] = True
            return f(**a)
        models.resnet18(pretrained=False)
                        ^^^^^^^^^^^^^^^^ TVC201
    """,
    "conditional-expression": """
        import timm
        from torchvision import models
        f, a = (models.resnet18, {}) if x else (timm.create_model, {"pretrained": True})
        f(**a)
        models.resnet18(pretrained=False)
                        ^^^^^^^^^^^^^^^^ TVC201
    """,
    "returned-together": """
        import timm
        from torchvision import models
        def choose(lib):
            if lib == "torchvision":
                return models.resnet18, {"pretrained": False}
                                         ^^^^^^^^^^^^^^^^^^^ TVC201
            else:
                return timm.create_model, {"pretrained": True}
        f, a = choose(x)
        f(**a)
    """,
    "case": """
        import timm
        from torchvision import models
        match lib:
            case "torchvision":
                f, a = models.resnet18, {"pretrained": False}
                                         ^^^^^^^^^^^^^^^^^^^ TVC201
            case _:
                f, a = timm.create_model, {"pretrained": True}
        f(**a)
    """,
}


@pytest.mark.parametrize("program", TOGETHER.values(), ids=TOGETHER)
def test_a_dictionary_is_given_to_what_is_bound_in_its_branch(program):
    check_reported(program)


# Bound under conditions that say nothing of one another.
MIXED = {
    "different-conditions": """
        from torchvision import models
        a = {}
        f = models.resnet18 if x else other
        if y:
            a = {"pretrained": True}
                 ^^^^^^^^^^^^^^^^^^ TVC201
        f(**a)
    """,
    "one-before": """
        from torchvision import models
        a = {"pretrained": True}
             ^^^^^^^^^^^^^^^^^^ TVC201
        if x:
            f = models.resnet18
        else:
            f = other
        f(**a)
    """,
    "loop": """
        from torchvision import models
        f, a = None, {}
        for name in names:
            if name == "a":
                f = models.resnet18
            else:
                a = {"pretrained": True}
                     ^^^^^^^^^^^^^^^^^^ TVC201
        f(**a)
    """,
    "inner-branch": """
        from torchvision import models
        if x:
            f = models.resnet18
            if y:
                a = {"pretrained": True}
                     ^^^^^^^^^^^^^^^^^^ TVC201
            else:
                a = {}
        else:
            f, a = other, {"pretrained": False}
        f(**a)
    """,
    "same-arm-twice": """
        from torchvision import models
        if x:
            f = models.resnet18
        if x:
            a = {"pretrained": True}
                 ^^^^^^^^^^^^^^^^^^ TVC201
        f(**a)
    """,
}


@pytest.mark.parametrize("program", MIXED.values(), ids=MIXED)
def test_a_dictionary_is_given_to_what_may_be_bound_together_with_it(program):
    check_reported(program)
