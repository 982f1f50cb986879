-- New follows of each creator by local day.
select e.creator_id as creator_id, e.day as day, count(*) as fans
from seen as e
where e.is_followed
group by e.creator_id, e.day
