-- The direct leg of each line among creators, by the rule's weights and largest remainder
-- (ties to the lower creator id), then the agency's split of each part, last. The leg is
-- taken apart by the total weight first, so that no product leaves 64 bits while the
-- weights of a line add up to less than 2^31.
with weights as (
    select r.line_id as line_id, t.creator_id as creator_id, min(t.payee_id) as payee_id,
        cast(sum(r.weight) as bigint) as weight
    from rule_weights as r
    join line_touches as t on t.line_id = r.line_id and t.touch_id = r.touch_id
    where r.weight > 0
    group by r.line_id, t.creator_id
),
parts as (
    select c.line_id as line_id, c.paid_at as paid_at, c.direct_minor as direct_minor,
        w.creator_id as creator_id, coalesce(v.payee_id, w.payee_id) as payee_id, w.weight as weight,
        cast(sum(w.weight) over (partition by c.line_id) as bigint) as total
    from credits_new as c
    join weights as w on w.line_id = c.line_id
    left join creator_payees as v
        on v.creator_id = w.creator_id and v.valid_from <= c.paid_at
        and (v.valid_to is null or c.paid_at < v.valid_to)
    where c.commission_minor > 0
),
floored as (
    select p.*,
        (p.direct_minor // p.total) * p.weight + (p.direct_minor % p.total) * p.weight // p.total as base,
        ((p.direct_minor % p.total) * p.weight) % p.total as remainder
    from parts as p
),
placed as (
    select f.*,
        f.direct_minor - cast(sum(f.base) over (partition by f.line_id) as bigint) as leftover,
        row_number() over (
            partition by f.line_id order by f.remainder desc, f.creator_id
        ) as place
    from floored as f
),
shared as (
    select q.line_id as line_id, q.paid_at as paid_at, q.creator_id as creator_id, q.payee_id as payee_id,
        q.weight as weight, q.total as weight_total,
        q.base + case when q.place <= q.leftover then 1 else 0 end as direct_minor
    from placed as q
),
split as (
    select s.*, k.agency_id as agency_id, a.payee_id as agency_payee_id,
        coalesce(k.split_ppm, 0) as split_ppm,
        s.direct_minor // 1000000 * coalesce(k.split_ppm, 0)
            + s.direct_minor % 1000000 * coalesce(k.split_ppm, 0) // 1000000 as agency_minor
    from shared as s
    left join contracts as k
        on k.creator_id = s.creator_id and k.income_type = 'direct'
        and k.valid_from <= s.paid_at and (k.valid_to is null or s.paid_at < k.valid_to)
    left join agencies as a on a.agency_id = k.agency_id
)
select
    s.line_id as line_id, s.creator_id as creator_id, s.payee_id as payee_id,
    s.weight as weight, s.weight_total as weight_total, s.direct_minor as direct_minor,
    s.agency_id as agency_id, s.agency_payee_id as agency_payee_id, s.split_ppm as split_ppm,
    s.agency_minor as agency_minor, s.direct_minor - s.agency_minor as kept_minor
from split as s
