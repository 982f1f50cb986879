-- Payees whose parts and whose statement do not say the same; empty when the month adds up.
with made as (
    select p.payee_id as payee_id, p.currency as currency, cast(sum(p.micro) as bigint) as micro
    from parts as p
    group by 1, 2
),
said as (
    select l.payee_id as payee_id, l.currency as currency, cast(sum(l.micro) as bigint) as micro
    from statement_lines as l
    where l.kind <> 'debt'
    group by 1, 2
),
carried as (
    select m.payee_id as payee_id, m.currency as currency,
        cast(sum(m.carry_in_micro - m.carry_out_micro) as bigint) as micro
    from micro_lines as m
    group by 1, 2
),
payees as (
    select m.payee_id as payee_id, m.currency as currency from made as m
    union
    select s.payee_id, s.currency from said as s
    union
    select t.payee_id, t.currency from statements as t
),
sums as (
    select y.payee_id as payee_id, y.currency as currency, coalesce(m.micro, 0) as parts_micro,
        coalesce(s.micro, 0) as lines_micro,
        (coalesce(t.lines_minor, 0) + coalesce(t.held_minor, 0)) * 1000000 - coalesce(c.micro, 0)
            as statement_micro
    from payees as y
    left join made as m on m.payee_id = y.payee_id and m.currency = y.currency
    left join said as s on s.payee_id = y.payee_id and s.currency = y.currency
    left join carried as c on c.payee_id = y.payee_id and c.currency = y.currency
    left join statements as t on t.payee_id = y.payee_id and t.currency = y.currency
)
select u.payee_id as payee_id, u.currency as currency, u.parts_micro as parts_micro,
    u.lines_micro as lines_micro, u.statement_micro as statement_micro
from sums as u
where u.parts_micro <> u.lines_micro or u.lines_micro <> u.statement_micro
order by u.currency, u.payee_id
