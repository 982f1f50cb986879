-- Amounts of two sides per key, and the keys where they are apart by more than the tolerance.
select
    coalesce(a.key, b.key) as key,
    a.amount_minor as left_minor,
    b.amount_minor as right_minor,
    coalesce(a.amount_minor, 0) - coalesce(b.amount_minor, 0) as difference_minor,
    case
        when b.key is null then 'only left'
        when a.key is null then 'only right'
        else 'differs'
    end as cause
from (
    select l.key as key, cast(sum(l.amount_minor) as bigint) as amount_minor
    from reconcile_left as l
    group by l.key
) as a
full join (
    select r.key as key, cast(sum(r.amount_minor) as bigint) as amount_minor
    from reconcile_right as r
    group by r.key
) as b on b.key = a.key
where
    a.key is null
    or b.key is null
    or a.amount_minor - b.amount_minor > $tolerance_minor
    or b.amount_minor - a.amount_minor > $tolerance_minor
