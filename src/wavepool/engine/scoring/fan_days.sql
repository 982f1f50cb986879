-- New follows of each piece span by local day.
select e.span_no as span_no, e.day as day, count(*) as fans
from seen as e
where e.signals // 8 % 2 = 1
group by e.span_no, e.day
