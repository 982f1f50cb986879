-- Every leg of each line whose refunded fraction changed: the amount due at the fraction
-- now (sign 1) and the amount reversed before (sign -1).
with changed as (
    select s.line_id as line_id, s.creator_id as creator_id, s.commission_minor as commission_minor, s.fee_minor as fee_minor,
        s.pool_minor as pool_minor, s.reversed_num as before_num, s.reversed_den as before_den,
        r.refunded_num as now_num, r.refunded_den as now_den
    from settled as s
    join refund_totals as r on r.line_id = s.line_id
    where not (s.reversed_num = r.refunded_num and s.reversed_den = r.refunded_den)
        and s.commission_minor > 0
),
legs as (
    select c.line_id as line_id, 'commission' as leg, c.creator_id as part_id,
        c.commission_minor as amount_minor,
        c.before_num as before_num, c.before_den as before_den, c.now_num as now_num, c.now_den as now_den
    from changed as c
    union all
    select c.line_id as line_id, 'fee' as leg, c.creator_id as part_id,
        c.fee_minor as amount_minor,
        c.before_num as before_num, c.before_den as before_den, c.now_num as now_num, c.now_den as now_den
    from changed as c
    union all
    select c.line_id as line_id, 'pool' as leg, c.creator_id as part_id,
        c.pool_minor as amount_minor,
        c.before_num as before_num, c.before_den as before_den, c.now_num as now_num, c.now_den as now_den
    from changed as c
    union all
    select c.line_id as line_id, 'kept' as leg, h.creator_id as part_id,
        h.kept_minor as amount_minor,
        c.before_num as before_num, c.before_den as before_den, c.now_num as now_num, c.now_den as now_den
    from changed as c
    join settled_shares as h on h.line_id = c.line_id
    union all
    select c.line_id as line_id, 'agency' as leg, h.creator_id as part_id,
        h.agency_minor as amount_minor,
        c.before_num as before_num, c.before_den as before_den, c.now_num as now_num, c.now_den as now_den
    from changed as c
    join settled_shares as h on h.line_id = c.line_id
)
select l.line_id as line_id, l.leg as leg, l.part_id as part_id, cast(1 as bigint) as sign,
    l.amount_minor as amount_minor, l.now_num as num, l.now_den as den
from legs as l
union all
select l.line_id as line_id, l.leg as leg, l.part_id as part_id, cast(-1 as bigint) as sign,
    l.amount_minor as amount_minor, l.before_num as num, l.before_den as den
from legs as l
where l.before_num > 0
