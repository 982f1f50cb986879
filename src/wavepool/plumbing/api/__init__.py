"""What every part of the API shares: keys, problems, money, pages, versions, bodies.

A domain's `api.py` makes a `ninja.Router` and names the scope of each operation:

    router = Router(tags=["Catalog"])
    READ = register_scope("catalog:read", _("Read goods and plans"))

    @router.get("/goods", auth=needs(READ), response=Page[Goods])
    def list_goods(request: PlatformRequest) -> ...:
        return page_of(request, read_list(request, …), goods_of)

Commands that move money also wear `plumbing.idempotency.idempotent(…)`.
"""

from wavepool.plumbing.api.auth import (
    KEY_GUESSES,
    KeyRefused,
    NeedsKey,
    ScopeMissing,
    TestKeyReadsOnly,
    TooManyGuesses,
    check_party,
    needs,
    read_actors_with,
)
from wavepool.plumbing.api.bodies import BodyTooDeep, BodyTooLarge, CheckedParser
from wavepool.plumbing.api.problems import Problem, ProblemMiddleware, problem, register_problems
from wavepool.plumbing.api.schemas import Money, Page, page_of
from wavepool.plumbing.api.versions import (
    VersionChanged,
    VersionMissing,
    check_version,
    with_version,
)

__all__ = [
    "KEY_GUESSES",
    "BodyTooDeep",
    "BodyTooLarge",
    "CheckedParser",
    "KeyRefused",
    "Money",
    "NeedsKey",
    "Page",
    "Problem",
    "ProblemMiddleware",
    "ScopeMissing",
    "TestKeyReadsOnly",
    "TooManyGuesses",
    "VersionChanged",
    "VersionMissing",
    "check_party",
    "check_version",
    "needs",
    "page_of",
    "problem",
    "read_actors_with",
    "register_problems",
    "with_version",
]
