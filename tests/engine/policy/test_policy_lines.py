import tomllib

import pytest

from wavepool.engine.policy import packaged_text
from wavepool.engine.policy.lines import key_lines, line_of

AWKWARD = '''
"top" = 1                        # 2
# fake = 3
[ a ]                            # [not.a.table]
list = [
  1, # inner = 5 ]
  2,
]                                # 8
text = """
[fake]
fake = 11
"""
one = """b""" # c = 13
raw = \'\'\'
x = """
\'\'\'
after = "a = [b" # 17
[a."b"]
dotted.key = 1                   # 19
inline = { deep = [1,
  2] }
last = 1                         # 22
[[c]]
[[c]]
d = 1                            # 25
'''


class TestKeyLines:
    def test_point_at_each_key_through_strings_arrays_and_comments(self) -> None:
        assert tomllib.loads(AWKWARD)["c"] == [{}, {"d": 1}]
        assert key_lines(AWKWARD) == {
            "top": 2,
            "a": 4,
            "a.list": 5,
            "a.text": 9,
            "a.one": 13,
            "a.raw": 14,
            "a.after": 17,
            "a.b": 18,
            "a.b.dotted.key": 19,
            "a.b.inline": 20,
            "a.b.last": 22,
            "c": 23,
            "c[0]": 23,
            "c[1]": 24,
            "c[1].d": 25,
        }

    @pytest.mark.parametrize("name", ["default", "pool_per_scene"])
    def test_point_at_each_key_of_a_packaged_document(self, name: str) -> None:
        text = packaged_text(name)
        rows = text.splitlines()
        found = key_lines(text)
        leaves = {path: line for path, line in found.items() if not rows[line - 1].startswith("[")}
        assert all(
            rows[line - 1].startswith(path.rsplit(".", 1)[1] + " = ")
            for path, line in leaves.items()
        )
        assert len(leaves) == sum(" = " in row and not row.startswith("#") for row in rows)

    def test_fall_back_to_the_table_above(self) -> None:
        lines = key_lines("[a]\nb = {c = 1}\n")
        assert line_of("a.b.c", lines) == 2
        assert line_of("a.z", lines) == 1
        assert line_of("a[3].z", lines) == 1
        assert line_of("z", lines) is None
