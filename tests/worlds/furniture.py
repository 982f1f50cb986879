"""What each domain puts into a household; one module a domain, in the order of the domains."""

from worlds.belongings import (
    of_content,
    of_credits,
    of_events,
    of_insights,
    of_live,
    of_orders,
    of_payouts,
    of_pools,
    of_programmes,
    of_programmes_more,
    of_risk,
    of_scores,
    of_statements,
    of_statements_rules,
    of_statements_why,
)

IN_ORDER = (
    of_content,
    of_events,
    of_orders,
    of_live,
    of_credits,
    of_risk,
    of_scores,
    of_programmes,
    of_programmes_more,
    of_pools,
    of_statements,
    of_statements_why,
    of_statements_rules,
    of_payouts,
    of_insights,
)
