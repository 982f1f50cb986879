-- Piece spans numbered densely, with the codes that touches carry instead of texts and ids.
select
    row_number() over (order by p.piece_id, p.valid_from, p.payee_id) as span_no,
    p.piece_id as piece_id, p.creator_id as creator_id, p.payee_id as payee_id,
    n.payee_no as payee_no, p.valid_from as valid_from, p.valid_to as valid_to,
    f.format_no as format_no, p.factor_ppm as factor_ppm
from piece_spans as p
join format_codes as f on f.format = p.format
join payee_codes as n on n.payee_id = p.payee_id
