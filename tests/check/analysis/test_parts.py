"""The parts of the analysis, each alone: no catalog, no rule, no file."""

import ast

import pytest

from tvcompat.check.analysis.conditions import ALWAYS, Condition, Handled, only_on
from tvcompat.check.analysis.control_flow import always_exits, caught_by, flags_set, leaves
from tvcompat.check.analysis.definitions import UserFunction
from tvcompat.check.analysis.dependence import dependence, version_flag
from tvcompat.check.analysis.environment import Environment
from tvcompat.check.analysis.expressions import Evaluator
from tvcompat.check.analysis.facts import Facts
from tvcompat.check.analysis.functions import FunctionBodies
from tvcompat.check.analysis.imports import ImportFollower
from tvcompat.check.analysis.module import ModuleAnalysis
from tvcompat.check.analysis.recorder import Recorder
from tvcompat.check.analysis.relevance import Relevance, has_word
from tvcompat.check.analysis.statements import Statements
from tvcompat.check.analysis.targets import parts_of
from tvcompat.check.analysis.text import CHOSEN, Texts
from tvcompat.check.analysis.uses import AttributeUse, CallUse, ImportUse, RefusalUse
from tvcompat.check.analysis.values import (
    Collection,
    DynamicMember,
    Literal,
    Ref,
    Union,
    VersionValue,
    alternatives,
    element_of,
    join,
)

A, B = Ref("torchvision.models.resnet18"), Ref("torchvision.models.vgg16")


def paths(value):
    """What a value may be, as paths; unknown values as ``None``."""
    return [each.path if isinstance(each, Ref) else each for each in alternatives(value)]


def expression(text):
    return ast.parse(text, mode="eval").body


# Conditions


def test_two_conditions_both_hold():
    both = Condition({Handled.IMPORT}, 0b0111) & Condition({Handled.TYPE}, 0b1110)
    assert both == Condition({Handled.IMPORT, Handled.TYPE}, 0b0110)
    assert both.runs_on(0b1011) == 0b0010
    assert both.handles(Handled.TYPE, Handled.VALUE)
    assert not both.handles(Handled.VERSION)


def test_code_without_a_condition_runs_on_all_releases():
    assert ALWAYS.runs_on(0b1010) == 0b1010
    assert not ALWAYS
    assert only_on(0)
    assert (ALWAYS & only_on(3)) == only_on(3) == (only_on(3) & ALWAYS)


def test_what_is_caught_where_a_function_is_defined_is_not_caught_in_its_body():
    condition = Condition({Handled.IMPORT, Handled.VERSION, Handled.MINIMUM}, 0b11)
    assert condition.lasting == Condition({Handled.VERSION, Handled.MINIMUM}, 0b11)


# Values


def test_joining_the_same_thing_leaves_it_as_it_is():
    assert join(A, Ref(A.path)) is A
    assert paths(join(A, B)) == [A.path, B.path]
    assert paths(join(A, None)) == [A.path, None]


def test_an_element_of_a_collection_may_be_any_of_them():
    assert element_of(Collection([A])) is A
    assert paths(element_of(Collection([A, None, None]))) == [A.path, None]
    assert element_of(A) is None


def test_unpacking_gives_each_name_its_part():
    assert parts_of(Collection([A, B]), 2) == [A, B]
    first, second = parts_of(Union([Collection([A, B]), None]), 2)
    assert (paths(first), paths(second)) == ([A.path, None], [B.path, None])
    major, minor = parts_of(VersionValue(by_release=((0, 9), (0, 10))), 2)
    assert (major.by_release, minor.by_release) == ((0, 0), (9, 10))


def test_a_mere_check_of_presence_counts_only_among_its_like():
    presence = VersionValue(is_presence=True)
    assert dependence(None, A) is None
    assert dependence(presence, None).is_presence
    assert not dependence(presence, VersionValue()).is_presence
    assert dependence(Collection([None, VersionValue()])) is not None


@pytest.mark.parametrize(
    "name", ["TORCHVISION_GREATER_EQUAL_0_13", "is_torchvision_version_0_9", "_tv_lt_0_13"], ids=str
)
def test_names_that_tell_of_the_version(name):
    assert version_flag(name) is not None


@pytest.mark.parametrize("name", ["torchvision_models", "version", "value", "resnet18"], ids=str)
def test_names_that_do_not(name):
    assert version_flag(name) is None


# The environment


def test_names_are_looked_up_from_the_inside_out():
    env = Environment()
    env.bind("f", A)
    with env.nested("function"):
        assert env.lookup("f") is A
        env.bind("f", B)
        assert env.lookup("f") is B
    assert env.lookup("f") is A


def test_a_global_statement_binds_in_the_module_and_keeps_what_was_there():
    env = Environment()
    env.bind("f", A)
    with env.nested("function") as scope:
        scope.outer.add("f")
        env.bind("f", B)
    assert paths(env.lookup("f")) == [A.path, B.path]


def test_behind_a_loop_a_name_may_be_what_it_was_at_a_break():
    env = Environment()
    with env.loop():
        env.bind("f", A)
        env.note_jump()
        env.bind("f", B)
    assert sorted(paths(env.lookup("f"))) == [A.path, B.path]


def test_a_body_is_looked_at_on_its_own_and_leaves_no_trace():
    env = Environment()
    env.condition = Condition({Handled.TYPE})
    with env.inside_body(env.module, only_on(1), None):
        assert env.condition == only_on(1)
        env.bind("inner", A)
    assert env.condition == Condition({Handled.TYPE})
    assert env.lookup("inner") is None


def test_what_is_returned_in_two_places_may_be_either():
    env, function = Environment(), UserFunction(expression("lambda: 0"))
    with env.returning_to(function):
        env.note_return(A)
        env.note_return(B)
    env.note_return(A)
    assert paths(function.returns) == [A.path, B.path]


# The recorder


def test_a_silenced_recorder_records_nothing_and_a_body_walked_meanwhile_all():
    recorder = Recorder()
    use = AttributeUse(A.path, expression("a"), ALWAYS)
    with recorder.silenced():
        recorder.use(use)
        assert recorder.uses == []
        with recorder.listening():
            recorder.use(use)
    assert recorder.uses == [use]


def test_what_the_program_provides_is_no_use_from_then_on():
    recorder = Recorder()

    def imports(path):
        before = recorder.position()
        recorder.use(ImportUse(path, expression("a"), ALWAYS))
        return bool(recorder.since(before))

    assert imports("torchvision.models.utils.x")
    recorder.provided("torchvision.models.utils")
    assert not imports("torchvision.models.utils")
    assert not imports("torchvision.models.utils.x")
    assert imports("torchvision.models.utils_of_mine")


# Control flow


@pytest.mark.parametrize(
    ("source", "exits", "goes"),
    [
        pytest.param("raise ValueError", True, True, id="raise"),
        pytest.param("sys.exit(1)", True, True, id="exit"),
        pytest.param("return", False, True, id="return"),
        pytest.param("continue", False, True, id="continue"),
        pytest.param("pass", False, False, id="pass"),
        pytest.param("if x:\n    raise ValueError", False, False, id="raise-under-a-condition"),
    ],
)
def test_how_a_block_ends(source, exits, goes):
    body = ast.parse(
        f"while x:\n    def f():\n        {source.replace(chr(10), chr(10) + '        ')}"
        if source == "return"
        else source
    ).body
    block = body[0].body[0].body if source == "return" else body
    assert (always_exits(block), leaves(block)) == (exits, goes)


@pytest.mark.parametrize(
    ("exceptions", "handled"),
    [
        pytest.param("ImportError", {Handled.IMPORT}, id="import-error"),
        pytest.param("(ImportError, AttributeError)", {Handled.IMPORT, Handled.ATTRIBUTE}, id="two-exceptions"),
        pytest.param("builtins.TypeError", {Handled.TYPE}, id="type-error-of-builtins"),
        pytest.param(
            "Exception", {Handled.IMPORT, Handled.ATTRIBUTE, Handled.TYPE, Handled.VALUE}, id="every-exception"
        ),
        pytest.param("RuntimeError", set(), id="another-exception"),
    ],
)
def test_what_a_handler_catches(exceptions, handled):
    assert caught_by(expression(exceptions)) == handled


def test_flags_that_a_block_sets():
    assert flags_set(ast.parse("a = None\nb.c = 1\nd = f()\ne = g = False").body) == ["a", "e", "g"]


# Texts and relevance


def test_texts_that_are_put_together():
    env = Environment()
    env.bind("name", Literal(expression("'resnet18'")))
    texts = Texts(env)
    assert texts.literal(expression("name")) == "resnet18"
    assert texts.literal(expression("other")) is None
    assert texts.template(expression("'models.' + name")) == "models.resnet18"
    for chosen in ("'models.' + arch", "f'models.{arch}'", "'models.%s' % arch", "'models.{}'.format(arch)"):
        assert texts.template(expression(chosen)) == f"models.{CHOSEN}"


def test_words_are_whole_words():
    assert has_word("x = models.resnet18()", ["models"])
    assert not has_word("x = submodels.models_of", ["models"])


# Put together, with facts of our own


FACTS = Facts(
    star=lambda module: ["resnet18"],
    builder_path=lambda name: A.path if name == "resnet18" else None,
    versions=lambda package: ("0.9.0", "0.13.0"),
    releases_with=lambda path: 0b10 if path.endswith(".v2") else None,
)


def assembled(facts=FACTS):
    env, recorder = Environment(), Recorder()
    bodies = FunctionBodies(env, recorder, Relevance(""))
    evaluator = Evaluator(env, recorder, facts, bodies)
    statements = Statements(
        env, recorder, evaluator, bodies, ImportFollower(env, recorder, facts, evaluator.members, "", False)
    )
    bodies.connect(evaluator, statements.block)
    return env, recorder, evaluator, statements


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("models.resnet18", [A.path], id="attribute"),
        pytest.param("models.resnet18 if x else models.vgg16", [A.path, B.path], id="conditional-expression"),
        pytest.param("x or models.resnet18", [None, A.path], id="or"),
        pytest.param("[models.resnet18, models.vgg16][i]", [A.path, B.path], id="element-of-a-list"),
        pytest.param("{'a': models.resnet18, 'b': models.vgg16}['b']", [B.path], id="item-of-a-dictionary"),
        pytest.param("getattr(models, 'resnet18')", [A.path], id="getattr"),
        pytest.param("models.__dict__['resnet18']", [A.path], id="item-of-the-namespace"),
        pytest.param("eval('models.resnet18')", [A.path], id="eval"),
        pytest.param("(lambda: models.resnet18)()", [A.path], id="lambda"),
        pytest.param("unknown.resnet18", [None], id="unknown"),
    ],
)
def test_what_an_expression_stands_for(source, found):
    env, _, evaluator, _ = assembled()
    env.bind("models", Ref("torchvision.models"))
    assert paths(evaluator.evaluate(expression(source))) == found


def test_a_member_that_is_chosen_at_run_time():
    env, _, evaluator, _ = assembled()
    env.bind("models", Ref("torchvision.models"))
    found = evaluator.evaluate(expression("models.__dict__[arch]"))
    assert isinstance(found, DynamicMember)
    assert found.namespace == "torchvision.models"


def test_a_condition_on_the_version_is_computed_for_each_release():
    env, _, evaluator, _ = assembled()
    env.bind("torchvision", Ref("torchvision"))
    test = expression("int(torchvision.__version__.split('.')[1]) >= 13")
    holds, fails = evaluator.branches(test, evaluator.evaluate(test))
    assert (holds, fails) == (only_on(0b10), only_on(0b01))


def test_code_behind_an_import_that_is_caught_runs_where_the_import_works():
    _, recorder, _, statements = assembled()
    source = "try:\n    from torchvision.transforms import v2\n    v2.ToTensor\nexcept ImportError:\n    pass\n"
    statements.block(ast.parse(source).body)
    imported, used = recorder.uses
    assert imported.condition == Condition({Handled.IMPORT})
    assert used.condition == Condition({Handled.IMPORT}, 0b10)


def test_a_module_that_ends_on_a_release_says_so():
    found = ModuleAnalysis(
        ast.parse("import torchvision\nassert torchvision.__version__[:3] != '0.9'"), "torchvision", FACTS
    )
    (refusal,) = [use for use in found.uses if isinstance(use, RefusalUse)]
    assert refusal.allowed == 0b10


def test_keywords_are_followed_through_functions():
    source = (
        "from torchvision import models\ndef inner(**kw):\n    return models.resnet18(**kw)\n"
        "def outer(name, **more):\n    return inner(**more)\nouter('a', pretrained=True)\n"
    )
    found = ModuleAnalysis(ast.parse(source), source, FACTS)
    calls = [use for use in found.uses if isinstance(use, CallUse) and use.keyword("pretrained")]
    assert [(use.path, use.node.lineno) for use in calls] == [(A.path, 6)]
