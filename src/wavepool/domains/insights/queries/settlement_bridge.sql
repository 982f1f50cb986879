-- From an agency's parts to its payee's statement: the payee's other lines, what was carried, what
-- waits in escrow, what is owed. Payees without a part are left out. `difference_micro` is zero where
-- parts and statement agree.
with mine as (
    select p.payee_id as payee_id, p.currency as currency, p.line_key as line_key, p.micro as micro
    from parts as p
    where p.side = 'agency'
),
owners as (
    select m.payee_id as payee_id, m.currency as currency, cast(sum(m.micro) as bigint) as micro
    from mine as m
    group by 1, 2
),
others as (
    select l.payee_id as payee_id, l.currency as currency, cast(sum(l.micro) as bigint) as micro
    from statement_lines as l
    left join mine as m
        on m.payee_id = l.payee_id and m.currency = l.currency and m.line_key = l.line_key
    where l.payee_id in (select w.payee_id from owners as w)
        and l.kind <> 'debt' and m.payee_id is null and l.line_key not like 'G:%'
        and l.line_key not like 'RG:%' and l.line_key not like 'GA:%'
    group by 1, 2
),
carried as (
    select m.payee_id as payee_id, m.currency as currency,
        cast(sum(m.carry_in_micro - m.carry_out_micro) as bigint) as micro
    from micro_lines as m
    where m.payee_id in (select w.payee_id from owners as w)
    group by 1, 2
)
select
    s.payee_id as payee_id, s.currency as currency, coalesce(o.micro, 0) as parts_micro,
    coalesce(t.micro, 0) as other_micro, coalesce(c.micro, 0) as carried_micro,
    s.held_minor as held_minor, s.debt_in_minor as debt_in_minor,
    s.debt_out_minor as debt_out_minor, s.payable_minor as payable_minor,
    coalesce(o.micro, 0) + coalesce(t.micro, 0) + coalesce(c.micro, 0)
        - (s.lines_minor + s.held_minor) * 1000000 as difference_micro
from statements as s
left join owners as o on o.payee_id = s.payee_id and o.currency = s.currency
left join others as t on t.payee_id = s.payee_id and t.currency = s.currency
left join carried as c on c.payee_id = s.payee_id and c.currency = s.currency
where s.payee_id in (select w.payee_id from owners as w)
order by s.currency, s.payee_id
