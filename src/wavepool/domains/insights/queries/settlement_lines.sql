-- Each part of an agency: what it is a part of, at which rate, and whether it waits in escrow.
select
    p.kind as kind, p.creator_id as creator_id, p.line_id as line_id, p.line_key as line_key,
    p.payee_id as payee_id, p.currency as currency, p.gross_micro as gross_micro,
    p.split_ppm as split_ppm, p.micro as micro, coalesce(l.is_held, false) as is_held
from parts as p
left join statement_lines as l
    on l.payee_id = p.payee_id and l.currency = p.currency and l.line_key = p.line_key
where p.side = 'agency'
order by p.currency, p.creator_id, p.kind, p.line_id, p.line_key
