-- Whose account it is: its creator with the kind and the tier that count for boards.
select
    a.account_id as account_id, a.creator_id as creator_id,
    coalesce(c.tier, 'unknown') as tier, coalesce(c.kind, 'unknown') as anchor_kind
from accounts as a
left join creators as c on c.creator_id = a.creator_id
