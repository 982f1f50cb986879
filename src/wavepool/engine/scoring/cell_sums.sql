-- Influence and signals of each exposure cell: the next period's base rates.
select
    w.cell_no as cell_no,
    count(*) as touches,
    cast(sum(w.influence) as bigint) as viewers_micro,
    cast(sum(case when w.is_watched then w.influence else 0 end) as bigint) as watch_micro,
    cast(sum(case when w.is_saved then w.influence else 0 end) as bigint) as save_micro,
    cast(sum(case when w.is_shared then w.influence else 0 end) as bigint) as share_micro,
    cast(sum(case when w.is_followed then w.influence else 0 end) as bigint) as follow_micro
from weighed as w
group by w.cell_no
