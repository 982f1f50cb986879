-- The worst word on each line before the period's end, in ppm of dissatisfaction.
select f.line_id as line_id,
    max(case
        when f.kind <> 'rating' then 1000000
        when coalesce(f.score_ppm, 1000000) >= $rating_bad_below_ppm then 0
        else 1000000 - f.score_ppm end) as bad_ppm
from feedback as f
where f.line_id is not null and f.given_at < $ends_at
group by f.line_id
