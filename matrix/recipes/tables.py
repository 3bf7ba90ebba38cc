"""The tables of recipes: text files, one a namespace, one call a line.

A line is a Python expression. Its names are those of the module that the section is headed with, and those of
:mod:`.inputs`; the expression itself names the recipe in the records. ``#`` begins a comment, and a line that is
indented goes on with the one before.

``[torchvision.io] alone`` heads recipes that have a process of their own each: those that make some releases write
where they should not, which shows in other recipes later if it shows at all.
"""

import ast
import glob
import os
import re
from typing import Dict, List, NamedTuple

# "[torchvision.ops]"; a recipe may begin with a bracket, too: "[type(layer) for layer in MLP(4, [8])]".
HEADING = re.compile(r"\[(torchvision(?:\.\w+)*)\]\s*(alone)?")


class Recipe(NamedTuple):
    """One call.

    Attributes:
        module: where the names of the expression are looked up, ``torchvision.transforms.functional``.
        expression: what is evaluated.
        alone: whether it needs a process of its own.
    """

    module: str
    expression: str
    alone: bool = False

    @property
    def key(self) -> str:
        """The name of the recipe in records."""
        return f"{self.module}: {self.expression}"


class RecipeTableError(ValueError):
    """A line of a table that is no recipe."""


def parse(text: str, where: str = "the table") -> List[Recipe]:
    """Return the recipes of one table.

    Raises:
        RecipeTableError: a line is no expression, stands before the first section, or is there twice.
    """
    found: List[Recipe] = []
    lines: Dict[str, int] = {}
    module, alone = "", False
    pending: List[str] = []
    begun = 0

    def finish() -> None:
        if not pending:
            return
        expression = " ".join(pending)
        pending.clear()
        place = f"{where}, line {begun}"
        if not module:
            raise RecipeTableError(f"{place}: a recipe before the first [module]")
        try:
            ast.parse(expression, mode="eval")
        except SyntaxError as error:
            raise RecipeTableError(f"{place}: {expression} is no expression: {error.msg}") from error
        recipe = Recipe(module, expression, alone)
        if recipe.key in lines:
            raise RecipeTableError(f"{place}: {expression} stands in line {lines[recipe.key]} already")
        lines[recipe.key] = begun
        found.append(recipe)

    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0].isspace() and pending:
            pending.append(line.strip())
            continue
        finish()
        begun = number
        heading = HEADING.fullmatch(line.strip())
        if heading:
            module, alone = heading.group(1), bool(heading.group(2))
        else:
            pending.append(line.strip())
    finish()
    return found


def load() -> List[Recipe]:
    """Return all recipes, table after table.

    Raises:
        RecipeTableError: a table is broken, or has a recipe of another one.
    """
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables")
    found: List[Recipe] = []
    for path in sorted(glob.glob(os.path.join(folder, "*.txt"))):
        with open(path, encoding="utf-8") as stream:
            found += parse(stream.read(), os.path.basename(path))
    keys = [recipe.key for recipe in found]
    if len(set(keys)) < len(keys):
        raise RecipeTableError(f"{max(keys, key=keys.count)} stands in two tables")
    return found
