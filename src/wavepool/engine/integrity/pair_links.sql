-- Pairs of buyers who met in buckets of at least two houses; one slice of all pairs.
-- A pair is one integer: lower buyer_no × $span + higher buyer_no.
select a.buyer_no * $span + b.buyer_no as pair
from integrity_members a
join integrity_members b on b.bucket_no = a.bucket_no and b.buyer_no > a.buyer_no
where a.buyer_no % $slices = $slice
group by a.buyer_no * $span + b.buyer_no
having min(a.house_no) < max(a.house_no)
