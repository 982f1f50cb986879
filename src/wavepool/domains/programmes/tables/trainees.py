"""Farmers without a certificate as the engine sees them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

#: The engine's word for a farmer whose training and origin are not certified.
TRAINEE: Final = "trainee"


def mark_trainees(creators: pa.Table, certified: Collection[int]) -> pa.Table:
    """Give farmers who hold no certificate the kind "trainee"; every other row stays.

    Args:
        creators: the season's table, with creator_id and kind.
        certified: ids of creators who are certified.
    """
    known = pc.is_in(creators["creator_id"], value_set=pa.array(sorted(certified), pa.int64()))
    waits = pc.and_(pc.equal(creators["kind"], "farmer"), pc.invert(known))
    place = creators.column_names.index("kind")
    return creators.set_column(place, "kind", pc.if_else(waits, TRAINEE, creators["kind"]))
