-- How many viewers carry which load, by whole second: the next period's saturation.
select l.scene_no as scene_no, l.load_ms // 1000 as load_s, count(*) as viewers,
    cast(sum(l.load_ms) as bigint) as load_ms
from loads as l
group by l.scene_no, l.load_ms // 1000
