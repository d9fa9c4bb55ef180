"""Where the definitions of a source file stand, told by tree-sitter's grammars. Needs the extra ``ragkit[code]``.

Runs in the worker process only: the parsers are native code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from ragkit.ingest.readers.code_python import MIN_LINES, Definition, spread

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_GRAMMARS = {
    "tree_sitter_bash:language": ".sh .bash",
    "tree_sitter_c:language": ".c .h",
    "tree_sitter_cpp:language": ".cc .cpp .cxx .hh .hpp .hxx",
    "tree_sitter_c_sharp:language": ".cs",
    "tree_sitter_go:language": ".go",
    "tree_sitter_java:language": ".java",
    "tree_sitter_javascript:language": ".js .jsx .mjs .cjs",
    "tree_sitter_php:language_php": ".php",
    "tree_sitter_ruby:language": ".rb",
    "tree_sitter_rust:language": ".rs",
    "tree_sitter_typescript:language_typescript": ".ts",
    "tree_sitter_typescript:language_tsx": ".tsx",
}
_BY_SUFFIX = {suffix: grammar for grammar, suffixes in _GRAMMARS.items() for suffix in suffixes.split()}
_HOLDERS = frozenset(
    "class class_declaration abstract_class_declaration class_specifier struct_specifier interface_declaration "
    "trait_declaration trait_item impl_item mod_item module internal_module namespace_definition "
    "namespace_declaration struct_declaration record_declaration enum_declaration object_declaration".split()
)
_DEFINITIONS = _HOLDERS | frozenset(
    "function_declaration generator_function_declaration function_definition function_item function_signature "
    "method method_declaration method_definition singleton_method constructor_declaration macro_definition "
    "struct_item enum_item enum_specifier type_alias_declaration type_declaration annotation_type_declaration "
    "delegate_declaration".split()
)
# What stands around definitions and is none.
_WRAPPERS = frozenset(
    "export_statement template_declaration ambient_declaration declaration_list class_body field_declaration_list "
    "interface_body enum_body enum_body_declarations body_statement block statement_block preproc_ifdef preproc_if "
    "preproc_else preproc_elif linkage_specification type_definition declaration lexical_declaration "
    "variable_declaration variable_declarator compound_statement".split()
)
_FUNCTIONS = frozenset({"arrow_function", "function_expression", "function", "class"})
_COMMENTS = frozenset({"comment", "line_comment", "block_comment", "attribute_item", "decorator", "attribute_list"})
_SILENT = _COMMENTS | frozenset(
    "import_statement import_declaration use_declaration package_declaration preproc_include "
    "using_directive empty_statement php_tag shebang hash_bang_line".split()
)
_MAX_DEPTH = 16
_MAX_HEAD = 60


def tree_definitions(text: str, suffix: str) -> Sequence[Definition]:
    """The definitions in the text of a file whose name ends in ``suffix``; none where there is no grammar for it."""
    parser = _parser(_BY_SUFFIX.get(suffix, ""))
    if parser is None:
        return ()
    data = text.encode("utf-8")
    found = spread(list(_definitions(parser.parse(data).root_node, data, 1, 0)))
    return found if text.isascii() else _in_characters(data, found)


@cache
def _parser(grammar: str) -> Parser | None:
    """The parser of a grammar, or None when it is not installed: any of them may be left out."""
    module, _, attribute = grammar.partition(":")
    try:
        from tree_sitter import Language, Parser

        return Parser(Language(getattr(import_module(module), attribute)())) if module else None
    except ImportError:
        return None


def _definitions(parent: Node, data: bytes, level: int, depth: int) -> Iterator[Definition]:
    seen = False
    for node in parent.named_children if depth < _MAX_DEPTH else ():
        head = _head_end(node)
        if head:
            yield _definition(node, head, data, level)
            seen = True
            if node.type in _HOLDERS and node.end_point[0] - node.start_point[0] >= MIN_LINES:
                yield from _definitions(node.child_by_field_name("body") or node, data, level + 1, depth + 1)
        elif node.type in _WRAPPERS and (inner := list(_definitions(node, data, level, depth + 1))):
            yield from inner
            seen = True
        elif seen and parent.parent is None and node.type not in _SILENT:
            # Without a heading it would stand under that of the definition above.
            line = data[node.start_byte : node.end_byte].split(b"\n", 1)[0]
            end = node.start_byte + len(line.decode("utf-8", "ignore")[:_MAX_HEAD].encode("utf-8"))
            yield Definition(node.start_byte, node.start_byte, end, level)
            seen = False


def _head_end(node: Node) -> int:
    """Where the name of a definition ends, 0 for what is none."""
    if node.type == "variable_declarator":
        value, name = node.child_by_field_name("value"), node.child_by_field_name("name")
        return name.end_byte if name and value and value.type in _FUNCTIONS else 0
    if node.type not in _DEFINITIONS or (node.type.endswith("_specifier") and not node.child_by_field_name("body")):
        return 0
    name = node.child_by_field_name("name") or node.child_by_field_name("type" if node.type == "impl_item" else "name")
    if name is None and node.type == "type_declaration" and node.named_children:
        name = node.named_children[0].child_by_field_name("name")
    declarator = node.child_by_field_name("declarator")
    while name is None and declarator is not None:
        inner = declarator.child_by_field_name("declarator")
        name, declarator = (declarator, None) if inner is None else (None, inner)
    return name.end_byte if name else 0


def _definition(node: Node, head: int, data: bytes, level: int) -> Definition:
    """The head begins on the line of the name; modifiers and comments above that line belong to it."""
    outer = node
    while outer.parent and outer.parent.type in _WRAPPERS and outer.parent.start_point[0] == outer.start_point[0]:
        outer = outer.parent
    line = data.rfind(b"\n", 0, head) + 1
    line += len(data[line:head]) - len(data[line:head].lstrip())
    start = max(line, outer.start_byte)
    lead = outer
    while (above := lead.prev_named_sibling) and above.type in _COMMENTS and _touch(above, lead):
        lead = above
    return Definition(min(lead.start_byte, start), start, head, level)


def _touch(above: Node, below: Node) -> bool:
    """Whether two nodes stand on lines that follow each other; some comments end at the start of the next line."""
    return below.start_point[0] - above.end_point[0] <= (1 if above.end_point[1] else 0)


def _in_characters(data: bytes, found: Sequence[Definition]) -> list[Definition]:
    """The definitions with offsets in characters instead of bytes."""
    wanted = sorted({place for each in found for place in (each.lead, each.start, each.head_end)})
    places: dict[int, int] = {}
    at = count = 0
    for place in wanted:
        count += len(data[at:place].decode("utf-8", "replace"))
        places[place], at = count, place
    return [
        Definition(places[each.lead], places[each.start], places[each.head_end], each.level, each.lines)
        for each in found
    ]
