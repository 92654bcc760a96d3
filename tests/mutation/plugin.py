"""Puts one mutant in the place of its module, for one run of pytest. The files stay as they are.

MUTANT is `path:number`. Loaded by `-p tests.mutation.plugin`, before anything of ours.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType

from tests.mutation.mutants import mutants

ROOT = Path(__file__).parent.parent.parent


class _Loader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        source = Path(self.path).read_text()
        wanted = int(os.environ["MUTANT"].rsplit(":", 1)[1])
        for number, mutant in enumerate(mutants(source)):
            if number == wanted:
                return compile(mutant.tree, self.path, "exec", dont_inherit=True)
        raise SystemExit(f"there is no mutant {wanted}")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, path: str) -> None:
        parts = Path(path).with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.file = str(ROOT / path)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        folder = [str(Path(self.file).parent)] if self.file.endswith("__init__.py") else None
        return importlib.util.spec_from_file_location(
            name, self.file, loader=_Loader(name, self.file), submodule_search_locations=folder
        )


if chosen := os.environ.get("MUTANT"):
    sys.meta_path.insert(0, _Finder(chosen.rsplit(":", 1)[0]))
