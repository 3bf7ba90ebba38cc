"""The tokens of a source, found by positions of its syntax tree: brackets, commas, comments and lines."""

import ast
import keyword
import re
import tokenize
from functools import cached_property
from typing import Any, Dict, List, Optional, Set, Tuple

from tvcompat.check.edits import LINE_ENDS, Text
from tvcompat.errors import MissingToolError

# Tokens that end a line, and those that the program does not consist of.
LINE_END = frozenset({"ESCAPED_NL", "NEWLINE", "NL"})
BLANK = LINE_END | {"COMMENT", "DEDENT", "INDENT", "UNIMPORTANT_WS"}

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")

_F_STRING = re.compile(r"[fFtT][rR]?[\"']")


class ObstacleError(Exception):
    """Why a change can't be made without losing or moving something else."""


class Tokens:
    """All tokens of a source, numbered.

    Args:
        text: the source.

    Raises:
        MissingToolError: tokenize-rt is not installed.
        ObstacleError: Python's tokenizer does not take it.
    """

    def __init__(self, text: Text) -> None:
        try:
            # Imported here: `check` does not need it.
            import tokenize_rt
        except ModuleNotFoundError as error:
            raise MissingToolError("tokenize-rt", "check", "tvcompat fix") from error

        self.text: Text = text
        source = LINE_ENDS.sub("\n", text.text)
        try:
            found = tokenize_rt.src_to_tokens(source)
        except (tokenize.TokenError, SyntaxError) as error:
            raise ObstacleError("the file can't be taken apart into tokens") from error
        if tokenize_rt.tokens_to_src(found) != source:
            raise ObstacleError("the file can't be taken apart into tokens")
        self.names: List[str] = [token.name for token in found]
        self.sources: List[str] = [token.src for token in found]
        # Where each token begins in the source, whose line ends may be longer than those of the tokens.
        self._starts: List[int] = []
        # Beginning of a token -> its number, of empty ones aside.
        self._numbers: Dict[int, int] = {}
        line, column = 1, 0
        for number, each in enumerate(self.sources):
            start = text.line_start(line) + column
            self._starts.append(start)
            if each:
                self._numbers[start] = number
            ends = each.count("\n")
            line, column = (line + ends, len(each) - each.rfind("\n") - 1) if ends else (line, column + len(each))
        self._starts.append(len(text.text))

    # Places

    def start(self, number: int) -> int:
        """Return where a token begins in the source."""
        return self._starts[number]

    def end(self, number: int) -> int:
        """Return where a token ends in the source."""
        return self._starts[number + 1]

    def line_start(self, number: int) -> int:
        """Return where the line begins in which a token stands."""
        return self.text.line_start(self.text.line_of(self._starts[number]))

    def first(self, node: Any) -> int:
        """Return the first token of a node.

        Raises:
            ObstacleError: it stands in an f-string, where places are wrong before Python 3.12, and quotes differ.
        """
        if not self._in_strings.isdisjoint((id(node), id(getattr(node, "func", None)))):
            raise ObstacleError("it is inside an f-string")
        number = self._numbers.get(self.text.offset(node.lineno, node.col_offset))
        if number is None:
            raise ObstacleError("its tokens were not found")
        return number

    def last(self, node: Any) -> int:
        """Return the last token of a node."""
        end = self.text.offset(node.end_lineno, node.end_col_offset)
        number = self.first(node)
        while self._starts[number + 1] < end:
            number += 1
        if self._starts[number + 1] != end:
            raise ObstacleError("its tokens were not found")
        return number

    @cached_property
    def _in_strings(self) -> Set[int]:
        """The nodes that stand in f-strings."""
        if not _F_STRING.search(self.text.text):
            return set()
        strings = (node for node in ast.walk(self.text.tree) if type(node).__name__ in ("JoinedStr", "TemplateStr"))
        return {id(inner) for node in strings for inner in ast.walk(node) if inner is not node}

    # Neighbours

    def following(self, number: int) -> int:
        """Return the next token that the program consists of."""
        number += 1
        while number < len(self.names) - 1 and self.names[number] in BLANK:
            number += 1
        return number

    def preceding(self, number: int) -> int:
        """Return the token before, of those that the program consists of; -1 where there is none."""
        number -= 1
        while number >= 0 and self.names[number] in BLANK:
            number -= 1
        return number

    def comments(self, first: int, behind: int) -> List[int]:
        """Return the comments from one token on and before another."""
        return [number for number in range(first, behind) if self.names[number] == "COMMENT"]

    def begins_line(self, number: int) -> bool:
        """Return whether nothing stands before a token on its line."""
        number -= 1
        while number >= 0 and self.names[number] in ("UNIMPORTANT_WS", "INDENT", "DEDENT"):
            number -= 1
        return number < 0 or self.names[number] in LINE_END

    def line_end(self, number: int) -> Optional[int]:
        """Return the token that ends the line right after another, ``None`` if anything else is between them."""
        number += 1
        while number < len(self.names) and self.names[number] == "UNIMPORTANT_WS":
            number += 1
        return number if number < len(self.names) and self.names[number] in LINE_END else None

    def comment_behind(self, number: int) -> Optional[int]:
        """Return the comment right after a token on its line."""
        number += 1
        while self.names[number] == "UNIMPORTANT_WS":
            number += 1
        return number if self.names[number] == "COMMENT" else None

    def indentation(self, number: int) -> str:
        """Return the blanks at the beginning of the line of a token."""
        line = self.text.text[self.line_start(number) : self.end(number)]
        return line[: len(line) - len(line.lstrip(" \t\f"))].rpartition("\f")[2]

    # Calls

    def brackets(self, call: ast.Call) -> Tuple[int, int]:
        """Return the brackets that hold the arguments of a call."""
        opening = closing = self.last(call)
        depth = 0
        while True:
            if self.names[opening] == "OP":
                depth += self.sources[opening] in _CLOSING
                depth -= self.sources[opening] in _OPENING
                if not depth:
                    break
            opening -= 1
        return opening, closing

    def argument(self, node: Any) -> Tuple[int, int]:
        """Return the first and last token of an argument, brackets around its value included."""
        first, last = self.first(node), self.last(node)
        if isinstance(node, ast.GeneratorExp) and self._makes_a_call(first):
            # The brackets are those of the call.
            return self.following(first), self.preceding(last)
        while True:
            before, behind = self.preceding(first), self.following(last)
            if before < 0 or (self.sources[before], self.sources[behind]) != ("(", ")") or self._makes_a_call(before):
                return first, last
            first, last = before, behind

    def _makes_a_call(self, bracket: int) -> bool:
        """Return whether an opening bracket is that of a call and groups nothing."""
        before = self.preceding(bracket)
        if before < 0:
            return False
        if self.names[before] == "NAME":
            return not keyword.iskeyword(self.sources[before])
        return self.names[before] in ("STRING", "FSTRING_END") or self.sources[before] in _CLOSING
