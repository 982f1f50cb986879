-- What the engine must find out and never reads.
create table truth_creator as
select c.creator_id as creator_id, c.persona as persona, c.role as role,
  case when c.is_newcomer then 'newcomer' when c.reach_rank <= greatest(1, $creators // 200) then 'head'
    when c.reach_rank <= $creators // 10 then 'mid' else 'tail' end as tier,
  c.quality * 10000 as quality_ppm, c.experience * 10000 as experience_ppm, c.commerce * 10000 as commerce_ppm,
  c.cheat_kind as cheat_kind, c.is_newcomer as is_newcomer, n.county as county
from creator c
left join counties n on n.county_no = c.county_draw % (select count(*) from counties);

create table truth_line as
select l.line_id as line_id, l.true_creator_id as true_creator_id, l.is_sniped as is_sniped,
  l.is_brushed as is_brushed, l.ring_id as ring_id, l.is_self as is_self
from line l;

create table truth_viewer as
select v.viewer_id as viewer_id, v.kind as kind,
  case when v.kind = 'ring' then (v.special_no - $bots) // $ring_buyers + 1 end as ring_id
from viewer v;
