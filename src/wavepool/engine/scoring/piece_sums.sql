-- Evidence of each piece span in each scene; micro-viewers, all, with signals, not disliking.
select
    w.span_no as span_no, w.scene_no as scene_no,
    count(*) as touches,
    cast(sum(w.influence) as bigint) as viewers_micro,
    cast(sum(w.influence * w.signal_ppm // 1000000) as bigint) as signal_micro,
    cast(sum(case when w.signals >= 16 then 0 else w.influence end) as bigint) as liked_micro
from weighed as w
group by w.span_no, w.scene_no
