-- Influence and signals of each exposure cell: the next period's base rates.
select
    w.cell_no as cell_no,
    count(*) as touches,
    cast(sum(w.influence) as bigint) as viewers_micro,
    cast(sum(w.signals % 2 * w.influence) as bigint) as watch_micro,
    cast(sum(w.signals // 2 % 2 * w.influence) as bigint) as save_micro,
    cast(sum(w.signals // 4 % 2 * w.influence) as bigint) as share_micro,
    cast(sum(w.signals // 8 % 2 * w.influence) as bigint) as follow_micro
from weighed as w
group by w.cell_no
