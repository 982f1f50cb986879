-- The lines that become final in this period, with what of them is already refunded.
select
    c.*,
    coalesce(r.refunded_num, 0) as refunded_num,
    coalesce(r.refunded_den, 1) as refunded_den,
    greatest(
        case when r.refunded_num is null then 0
            when r.refunded_num = r.refunded_den then 1000000
            when r.refunded_den <= 4000000000000 then r.refunded_num * 1000000 // r.refunded_den
            else least(r.refunded_num // (r.refunded_den // 1000000), 1000000) end,
        coalesce(f.bad_ppm, 0)
    ) as bad_ppm
from open_credits as c
left join refund_totals as r on r.line_id = c.line_id
left join line_feedback as f on f.line_id = c.line_id
where c.settle_at < $ends_at
