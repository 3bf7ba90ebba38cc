"""Analyse one module with all parts of the analysis."""

import ast
from typing import Dict, List, Optional

from tvcompat.check.analysis.environment import Environment
from tvcompat.check.analysis.expressions import Evaluator
from tvcompat.check.analysis.facts import Facts
from tvcompat.check.analysis.forwarding import pass_on
from tvcompat.check.analysis.functions import FunctionBodies
from tvcompat.check.analysis.imports import ImportFollower
from tvcompat.check.analysis.recorder import Recorder
from tvcompat.check.analysis.relevance import Relevance
from tvcompat.check.analysis.statements import Statements
from tvcompat.check.analysis.uses import IN_EXAMPLE, CallUse, NameUse, Use
from tvcompat.check.analysis.values import Value


class ModuleAnalysis:
    """What the names of a module stand for, and where it uses torchvision.

    Args:
        tree: its syntax tree.
        text: its source, lines as the tree counts them.
        name: its name in the project, ``pkg.nets``; empty if unknown.
        is_package: whether it is the ``__init__`` of a package.
        facts: what is known of torchvision and of the project.

    Attributes:
        names: what it binds.
        uses: where it uses torchvision.
    """

    def __init__(
        self,
        tree: ast.Module,
        text: str,
        facts: Facts,
        *,
        name: str = "",
        is_package: bool = False,
    ) -> None:
        env, recorder = Environment(), Recorder()
        bodies = FunctionBodies(env, recorder, Relevance(text))
        evaluator = Evaluator(env, recorder, facts, bodies)
        imports = ImportFollower(env, recorder, facts, evaluator.members, name, is_package)
        statements = Statements(env, recorder, evaluator, bodies, imports)
        bodies.connect(evaluator, statements.block)
        self.names: Dict[str, Optional[Value]] = env.module.names
        self.uses: List[Use] = recorder.uses
        statements.block(tree.body)
        bodies.walk_all()
        if ">>> " in text and "torchvision" in text:
            self._examples(tree, text, env, recorder, statements)
        pass_on(recorder)

    @staticmethod
    def _examples(tree: ast.Module, text: str, env: Environment, recorder: Recorder, statements: Statements) -> None:
        """Walk the examples in docstrings, each with the names of the module and of none before it."""
        # Imported here: few files have any.
        from tvcompat.check.analysis.doctests import examples

        for found in examples(tree, text.split("\n")):
            before = recorder.position()
            with env.nested("function"):
                statements.block(found)
            for use in recorder.since(before):
                if isinstance(use, (CallUse, NameUse)):
                    use.indirect = IN_EXAMPLE
