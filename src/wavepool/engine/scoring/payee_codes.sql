-- Payees of the period's pieces, numbered.
select row_number() over (order by d.payee_id) as payee_no, d.payee_id as payee_id
from (select distinct p.payee_id as payee_id from piece_spans as p) as d
