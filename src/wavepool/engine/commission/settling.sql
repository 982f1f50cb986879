-- The lines that become final in this period, with what of them is already refunded; the
-- refunded share in ppm is taken in two digits of a thousand, exact up to 2^53.
select
    c.*,
    coalesce(r.refunded_num, 0) as refunded_num,
    coalesce(r.refunded_den, 1) as refunded_den,
    greatest(
        case when r.refunded_num is null then 0
            when r.refunded_num = r.refunded_den then 1000000
            else (r.refunded_num * 1000 // r.refunded_den) * 1000
                + ((r.refunded_num * 1000) % r.refunded_den) * 1000 // r.refunded_den end,
        coalesce(f.bad_ppm, 0)
    ) as bad_ppm
from open_credits as c
left join refund_totals as r on r.line_id = c.line_id
left join line_feedback as f on f.line_id = c.line_id
where c.settle_at < $ends_at
