-- Each piece with its creator and payee: one row per payee version that meets
-- [$starts_at, $ends_at). A creator without a payee at a moment earns nothing then.
select
    p.piece_id as piece_id,
    p.account_id as account_id,
    a.creator_id as creator_id,
    c.shop_id as host_shop_id,
    v.payee_id as payee_id,
    v.valid_from as valid_from,
    coalesce(v.valid_to, $never) as valid_to,
    p.format as format,
    greatest(
        1,
        p.originality_ppm * p.completeness_ppm // 1000000
        * p.media_quality_ppm // 1000000
        * p.review_ppm // 1000000
        * (1000000 - $ai_penalty_ppm * p.ai_share_ppm // 1000000) // 1000000
    ) as factor_ppm
from pieces as p
join accounts as a on a.account_id = p.account_id
join creators as c on c.creator_id = a.creator_id
join creator_payees as v on v.creator_id = a.creator_id
where v.valid_from < $ends_at and coalesce(v.valid_to, $never) > $starts_at
