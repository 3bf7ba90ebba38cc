"""Whatever comments, blanks and line continuations a program has, `fix` keeps them, and writes what it writes without."""

import ast
import io
import itertools
import tokenize

from hypothesis import given, settings
from hypothesis import strategies as st

from .programs import fixed

HEAD = "import torchvision as tv\nfrom torchvision import models\nfrom torchvision.models import googlenet, resnet18\n"

# Between two tokens in brackets; `#@` becomes a comment with a number.
blanks = st.sampled_from(["", "", "", " ", "\n    ", "  #@\n    ", "\n    #@\n    ", " \\\n  ", "\n\n", " #@\n#@\n\t"])
constants = st.sampled_from(["True", "False", "None", "(True)", "'''\n# none'''"])
constants |= st.builds("({}True{})".format, blanks, blanks)
flags = st.sampled_from(["flag", "(flag)", "a or b", "f(x, y)", "not a", "b['#']", "lambda a, b: a", "a if b else c"])
flags |= st.sampled_from(["[a, #@\n b]", "(a\n  or b)", "a \\\n or b"])
flags |= st.builds("({}a{} or{} b)".format, blanks, blanks, blanks)
OTHERS = ["aux_logits", "init_weights", "num_classes", "w"]


@st.composite
def arguments(draw, inner):
    """Arguments of a call of googlenet: some go, one is translated, the others stay."""
    by_position = draw(st.booleans())
    flag = draw(constants | flags)
    found = [flag] if by_position else [f"pretrained{draw(blanks)}={draw(blanks)}{flag}"]
    # Where it is not sure to be a flag nothing is said to contradict it.
    is_sure = "True" in flag or not (by_position or "'''" in flag)
    others = draw(st.lists(st.sampled_from(OTHERS if is_sure else OTHERS[2:]), unique=True, max_size=4))
    for name in others:
        value = {"aux_logits": "False", "init_weights": "True", "num_classes": "1000", "w": draw(inner)}[name]
        found.append(f"{name}{draw(blanks)}={draw(blanks)}{value}")
    if not by_position:
        found = draw(st.permutations(found))
    written = (
        "".join(f"{draw(blanks)}{each}{draw(blanks)}," for each in found[:-1])
        + f"{draw(blanks)}{found[-1]}{draw(blanks)}"
    )
    return written + (f",{draw(blanks)}" if draw(st.booleans()) else "")


callees = st.sampled_from(
    ["googlenet", "models.googlenet", "tv. models .googlenet", "( models.googlenet )", "models \\\n .googlenet"]
)
plain_values = st.sampled_from(["x", "(y)", "'é日'", "f'{x}'", "wrap(1, 2)"])
calls = st.recursive(
    st.builds("{}({})".format, callees, arguments(plain_values)),
    lambda inner: st.builds("{}{}({})".format, callees, st.sampled_from(["", " "]), arguments(inner | plain_values)),
    max_leaves=3,
)
statements = st.builds(
    str.format,
    st.sampled_from(
        [
            "{0}{1}",
            "é = {0}{1}",
            "def f():\n    return {0}{1}",
            "if a: x = {0}; y = 1{1}",
            "@wrap({0}){1}\nclass C: pass",
            "wrap(x, {0}, #@\n  y){1}",
            "\fx = [{0}]{1}",
            "if a:\n\tx = {0}{1}",
            "'''#'''; {0} ; {0}{1}",
        ]
    ),
    calls,
    st.sampled_from(["", "  #@", " "]),
)
programs = st.lists(statements, min_size=1, max_size=3).map("\n".join)


def numbered(source):
    """The source with each comment another one."""
    parts = source.split("#@")
    return parts[0] + "".join(f"# c{number}{part}" for number, part in enumerate(parts[1:]))


def tokens_of(source):
    blank = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    return [each for each in tokenize.generate_tokens(io.StringIO(source).readline) if each.type not in blank]


# What stands first or last now where `pretrained=flag` stood: a name, an entry, `else None`.
TRANSLATED = {"weights", '"IMAGENET1K_V1"', "None"}


def neighbours(source):
    """Comment -> whether it has a line of its own, and the code beside it: before it on its line, or on the next line."""
    tokens = tokens_of(source)
    found = {}
    for number, token in enumerate(tokens):
        if token.type != tokenize.COMMENT:
            continue
        own_line = not token.line[: token.start[1]].strip()
        step = 1 if own_line else -1
        beside = number + step
        while 0 <= beside < len(tokens) and (tokens[beside].type == tokenize.COMMENT or tokens[beside].string == ","):
            beside += step
        text = tokens[beside].string if 0 <= beside < len(tokens) else ""
        found[token.string] = own_line, text
    return found


def comments_of(source):
    return [token.string for token in tokens_of(source) if token.type == tokenize.COMMENT]


@given(programs)
@settings(max_examples=60, deadline=None)
def test_calls_keep_their_comments(program):
    source = HEAD + numbered(program) + "\n"
    after, left = fixed(source)
    assert comments_of(after) == comments_of(source)
    before_it, behind_it = neighbours(source), neighbours(after)
    for comment, (own_line, text) in before_it.items():
        is_own_line, now = behind_it[comment]
        assert is_own_line == own_line
        assert now == text or now in TRANSLATED, comment
    assert fixed(after)[0] == after
    # Written without all that, the program becomes the same.
    plain = ast.unparse(ast.parse(source)) + "\n"
    made, why = fixed(plain)
    if left == why:
        assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(made))
    if not any(each in program for each in ("aux_logits", "init_weights", "'''\n")):
        assert after.count("\\\n") == source.count("\\\n")
        assert after.count("\n") == source.count("\n")


MOVED = {
    "torchvision.transforms": ["Scale", "Pad", "RandomSizedCrop", "Normalize"],
    "torchvision.ops.misc": ["BatchNorm2d", "FrozenBatchNorm2d", "ConvTranspose2d"],
    "torchvision.transforms.functional_tensor": ["hflip", "resize", "crop", "rgb_to_grayscale"],
}


@st.composite
def import_statements(draw):
    module = draw(st.sampled_from(sorted(MOVED)))
    names = draw(st.lists(st.sampled_from(MOVED[module]), unique=True, min_size=1))
    written = []
    for name in names:
        bound = f"{draw(blanks)} as {draw(blanks)}n{draw(st.integers(0, 9))}" if draw(st.booleans()) else ""
        written.append(f"{draw(blanks)}{name}{bound}{draw(blanks)}")
    statement = f"from {module} import ({','.join(written)}{draw(st.sampled_from(['', ',']))}{draw(blanks)})"
    return draw(st.sampled_from(["{}", "{}  #@", "def f():\n    {}  #@", "if a: {}", "x = 1; {} ; y = 2"])).format(
        statement
    )


def names_of(source):
    """Comment -> the names imported on the lines that it may describe, and all that is imported."""
    tree = ast.parse(source)
    found, everything = {}, set()
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    for node in statements:
        everything.update((node.module, alias.name, alias.asname) for alias in node.names)
    for token in tokens_of(source):
        if token.type == tokenize.COMMENT:
            line = token.start[0]
            own_line = not token.line[: token.start[1]].strip()
            lines = {}
            for node in statements:
                if not own_line or node.lineno <= line <= node.end_lineno or node.lineno == line + 1:
                    for alias in node.names:
                        lines.setdefault(alias.end_lineno, []).append(alias.asname or alias.name)
            place = min((number for number in lines if number > line), default=0) if own_line else line
            found[token.string] = lines.get(place, [])
    return found, everything


@given(st.lists(import_statements(), min_size=1, max_size=2).map("\n".join))
@settings(max_examples=60, deadline=None)
def test_imported_names_keep_their_comments(program):
    source = numbered(program) + "\n"
    after, left = fixed(source)
    assert sorted(comments_of(after)) == sorted(comments_of(source))
    (described, _), (describes, everything) = names_of(source), names_of(after)
    for comment, names in described.items():
        now = describes[comment]
        assert not names or not now or set(names) & set(now), comment
    assert fixed(after)[0] == after
    made, why = fixed(ast.unparse(ast.parse(source)) + "\n")
    if sorted(left) == sorted(why):
        assert everything == names_of(made)[1]


def test_generated_programs_are_what_they_are_meant_to_be():
    program = numbered("googlenet( #@\n pretrained #@\n=True, #@\n aux_logits = False)")
    assert list(itertools.chain(*neighbours(program).values())) == [
        *(False, "("),
        *(False, "pretrained"),
        *(False, "True"),
    ]
