"""The Python rules: each catches its bad lines, passes its good ones, and holds in the tree."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tidy import python_rules as rules
from tidy.project_files import ENGINE, PROJECT, SOURCE, Finding, place_of, project_files, report

DOMAINS = SOURCE / "domains"
BAD = [
    (rules.no_clock, "import time\nx = time.time()"),
    (rules.no_clock, "from time import perf_counter as tick\nx = tick()"),
    (rules.no_clock, "import datetime as dt\nx = dt.datetime.now(dt.UTC)"),
    (rules.no_clock, "from datetime import date\nx = date.today()"),
    (rules.no_clock, "from datetime import datetime\nx = Row(stamp=datetime.now)"),
    (rules.no_clock, "from django.utils import timezone\nx = timezone.now()"),
    (rules.no_clock, "from wavepool.plumbing import clock\nx = clock.now()"),
    (rules.no_rows_at_the_door, "x = Item.objects.all()"),
    (rules.no_receivers, "@receiver(post_save)\ndef f(): ..."),
    (rules.no_environment, "import os\nx = os.environ['HOME']"),
    (rules.no_environment, "import os\nx = os.environ.get('HOME')"),
    (rules.no_environment, "from os import getenv\nx = getenv('HOME')"),
    (rules.no_environment, "from pathlib import Path\nx = Path.home()"),
    (rules.no_environment, "x = path.expanduser()"),
    (rules.no_unseeded_chance, "import random\nx = random.random()"),
    (rules.no_unseeded_chance, "import random\nx = random.Random()"),
    (rules.no_unseeded_chance, "from random import choice\nx = choice([1, 2])"),
    (rules.no_unseeded_chance, "import numpy as np\nx = np.random.default_rng()"),
    (rules.no_unseeded_chance, "import numpy as np\nx = np.random.rand(3)"),
    (rules.no_unseeded_chance, "from numpy.random import default_rng\nx = default_rng()"),
    (rules.no_unseeded_chance, "import uuid\nx = uuid.uuid4()"),
    (rules.no_unseeded_chance, "import secrets\nx = secrets.token_hex()"),
    (rules.no_salted_hash, "x = hash('a') % 4"),
    (rules.money_is_whole, "x = pool_minor / 2"),
    (rules.money_is_whole, "x = (row.paid_minor - 1) / n"),
    (rules.money_is_whole, "x = row['paid_minor'] / n"),
    (rules.money_is_whole, "pool_micro /= 2"),
    (rules.money_is_whole, "x = float(fee_minor)"),
    (rules.money_is_whole, "def f(fee_minor: float) -> None: ..."),
    (rules.imports_at_the_top, "def f():\n    import os"),
    (rules.imports_at_the_top, "def f():\n    if x:\n        from os import path"),
    (rules.named_errors_only, "try:\n    f()\nexcept Exception:\n    g()"),
    (rules.named_errors_only, "try:\n    f()\nexcept:\n    g()"),
    (rules.named_errors_only, "try:\n    f()\nexcept (KeyError, BaseException) as error:\n    g()"),
    (rules.named_errors_only, "with contextlib.suppress(Exception):\n    f()"),
]
GOOD = [
    (rules.no_rows_at_the_door, "x = queries.list_items(shop_id=3)"),
    (rules.no_receivers, "@access('public')\ndef f(): ..."),
    (rules.no_clock, "from datetime import datetime, UTC\nx = datetime.fromtimestamp(at, UTC)"),
    (rules.no_clock, "def f(time):\n    return time.time()"),
    (rules.no_environment, "import os\nx = os.replace(a, b)"),
    (rules.no_unseeded_chance, "import random\nx = random.Random(7).random()"),
    (rules.no_unseeded_chance, "import numpy as np\nx = np.random.default_rng(seed)"),
    (rules.no_unseeded_chance, "import numpy as np\ndef f(g: np.random.Generator) -> int: ..."),
    (rules.no_unseeded_chance, "import random\ndef f(chance: random.Random) -> int: ..."),
    (rules.no_unseeded_chance, "import numpy as np\nx = np.random.Generator(np.random.Philox(7))"),
    (rules.no_salted_hash, "class A:\n    def __hash__(self):\n        return hash(self.key)"),
    (rules.money_is_whole, "x = pool_minor // 2"),
    (rules.money_is_whole, "x = folder / 'pool_minor.parquet'"),
    (rules.money_is_whole, "def f(fee_minor: int) -> float: ..."),
    (rules.imports_at_the_top, "import os\ndef f():\n    return os.sep"),
    (rules.named_errors_only, "try:\n    f()\nexcept (KeyError, ValueError):\n    g()"),
]


def label(case: tuple[rules.Rule, str]) -> str:
    return f"{case[0].__name__}: {case[1].splitlines()[-1].strip()}"


class TestEachRule:
    @pytest.mark.parametrize("case", BAD, ids=label)
    def test_catches_a_bad_line(self, case: tuple[rules.Rule, str]) -> None:
        rule, text = case
        assert list(rule(ast.parse(text)))

    @pytest.mark.parametrize("case", GOOD, ids=label)
    def test_passes_a_good_line(self, case: tuple[rules.Rule, str]) -> None:
        rule, text = case
        assert list(rule(ast.parse(text))) == []

    def test_has_a_bad_line_and_a_good_one(self) -> None:
        held = {*rules.ENGINE_RULES, *rules.DOMAIN_RULES, *rules.OPERATION_RULES, *rules.DOOR_RULES}
        assert {rule for rule, _ in BAD} == held
        assert {rule for rule, _ in GOOD} == held

    def test_names_the_place(self) -> None:
        found = rules.check_python("import os\nx = os.environ", "a.py", rules.ENGINE_RULES)
        message = "os.environ reads the environment; take the value as an argument"
        assert found == [Finding("a.py", 2, message)]


class TestTheTree:
    def test_keeps_the_rules_of_the_engine(self) -> None:
        assert report(found_under(ENGINE, rules.ENGINE_RULES)) == ""

    def test_keeps_the_rules_of_the_package(self) -> None:
        assert report(found_under(SOURCE, rules.SOURCE_RULES)) == ""

    def test_keeps_the_rules_of_the_domains(self) -> None:
        assert report(found_under(DOMAINS, rules.DOMAIN_RULES)) == ""

    def test_keeps_the_rules_of_operations(self) -> None:
        assert report(found_in_rooms({"operations"}, rules.OPERATION_RULES)) == ""

    def test_keeps_the_rules_of_doors(self) -> None:
        assert report(found_in_rooms({"views", "forms", "api"}, rules.DOOR_RULES)) == ""

    def test_keeps_the_rules_that_hold_anywhere(self) -> None:
        assert report(found_under(PROJECT, rules.ANYWHERE_RULES)) == ""

    def test_names_every_module_by_what_it_does(self) -> None:
        names = [path.relative_to(PROJECT) for path in project_files(".py")]
        assert [
            f"{name}: {rules.meaningful_name(name)}"
            for name in names
            if rules.meaningful_name(name)
        ] == []

    @pytest.mark.parametrize("name", ["utils.py", "a/helpers/b.py", "common.py", "_misc.py"])
    def test_would_catch_an_empty_name(self, name: str) -> None:
        assert rules.meaningful_name(Path(name)) is not None


def found_in_rooms(rooms: set[str], held: tuple[rules.Rule, ...]) -> list[Finding]:
    """Findings in some rooms of every domain, each a module or a folder."""
    found = []
    for path in project_files(".py", under=DOMAINS):
        parts = path.relative_to(DOMAINS).with_suffix("").parts
        if len(parts) > 1 and parts[1] in rooms:
            found += rules.check_python(path.read_text(encoding="utf-8"), place_of(path), held)
    return found


def found_under(folder: Path, held: tuple[rules.Rule, ...]) -> list[Finding]:
    files = project_files(".py", under=folder)
    assert files, "no file was read"
    found = []
    for path in files:
        found += rules.check_python(path.read_text(encoding="utf-8"), place_of(path), held)
    return found
