"""Which files of nnlib a piece of code can reach, read from its imports without running it.

A name that a file only hands on (`from .linear import Linear`) leads to where it comes from and to
nothing else of that file; so a chapter that writes `nn.Linear` does not need all that nnlib holds.
"""

import ast
import functools
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "nnlib"
EXERCISES = f"{PACKAGE}.exercises"
JUDGE = re.compile(r"""\bjudge\(\s*("[^"]+")""")
MAGIC = re.compile(r"^(\s*)[%!].*$", re.M)


def code_of(path):
    """Return the code of a Python file or of a notebook's cells."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = (c for c in json.loads(text)["cells"] if c["cell_type"] == "code")
    return MAGIC.sub(r"\1pass", "\n".join("".join(cell["source"]) for cell in cells))


class Imports:
    """The imports of the package below `root`."""

    def __init__(self, root=ROOT):
        self.root = Path(root)
        self.parse = functools.cache(self._parse)

    def file(self, module):
        """Return the file of a module, or None if there is none."""
        path = self.root / module.replace(".", "/")
        for candidate in (path.with_suffix(".py"), path / "__init__.py"):
            if candidate.is_file():
                return candidate
        return None

    def reached(self, path):
        """Return the files of the package that a file or notebook can reach, itself left out."""
        code = code_of(path)
        modules = self._follow(self._needs(ast.parse(code), module=""))
        if EXERCISES.rpartition(".")[2] in code:
            # Judges are found by name while the code runs.
            for judge in (self.root / EXERCISES.replace(".", "/")).rglob("*.py"):
                names = JUDGE.findall(judge.read_text(encoding="utf-8"))
                if any(quoted in code for quoted in names):
                    modules |= self._follow({(self._module(judge), None)})
        return {self.file(module) for module in modules}

    def _module(self, path):
        parts = path.relative_to(self.root).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def _parse(self, module):
        return ast.parse(self.file(module).read_text(encoding="utf-8"))

    def _follow(self, needs):
        """Return the modules behind pairs of a module and a name, None for all of it."""
        seen, todo = set(), list(needs)
        while todo:
            module, name = need = todo.pop()
            if need in seen or self.file(module) is None:
                continue
            seen.add(need)
            if name is None:
                todo += self._needs(self.parse(module), module)
            elif name in (handed := self._handed_on(module)):
                todo.append(handed[name])
            elif self.file(f"{module}.{name}"):
                todo.append((f"{module}.{name}", None))
            else:
                todo.append((module, None))
        return {module for module, _ in seen}

    def _source(self, node, module):
        """Return the module that `from … import` names, absolute."""
        if not node.level:
            return node.module or ""
        is_package = self.file(module).name == "__init__.py"
        base = module.split(".")
        base = base[: len(base) - node.level + is_package]
        return ".".join([*base, *([node.module] if node.module else [])])

    def _handed_on(self, module):
        """Return what the module imports by name, as name: (module, name)."""
        found = {}
        for node in self.parse(module).body:
            if isinstance(node, ast.ImportFrom):
                source = self._source(node, module)
                for alias in node.names:
                    whole = self.file(f"{source}.{alias.name}")
                    found[alias.asname or alias.name] = (
                        (f"{source}.{alias.name}", None) if whole else (source, alias.name)
                    )
        return {name: need for name, need in found.items() if need[0].startswith(PACKAGE)}

    def _needs(self, tree, module):
        """Return the pairs of module and name that some code uses of the package."""
        modules, needs = {}, set()  # modules: by the name that stands for one in the code
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name.split(".")[0] == PACKAGE:
                        if alias.asname or "." not in alias.name:
                            modules[alias.asname or alias.name] = alias.name
                        else:
                            needs.add((alias.name, None))
            elif isinstance(node, ast.ImportFrom):
                source = self._source(node, module)
                if source.split(".")[0] != PACKAGE:
                    continue
                for alias in node.names:
                    if alias.name == "*":
                        needs.add((source, None))
                    elif self.file(f"{source}.{alias.name}"):
                        modules[alias.asname or alias.name] = f"{source}.{alias.name}"
                    else:
                        needs.add((source, alias.name))
        attributes, used = set(), set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                attributes.add(id(node.value))
                if node.value.id in modules:
                    needs.add((modules[node.value.id], node.attr))
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in modules:
                used.add(node.id)
                if id(node) not in attributes:
                    needs.add((modules[node.id], None))  # handed around: anything may be used
        if module:  # what a module imports and does not use, it hands on
            needs |= {(modules[name], None) for name in modules.keys() - used}
        return needs
