-- Engaged time of each viewer in each scene, with the viewer's trust and tier.
select
    g.viewer_id as viewer_id, g.scene_no as scene_no, g.load_ms as load_ms,
    coalesce(v.trust_ppm, 1000000) as trust_ppm, c.tier_no as tier_no,
    greatest(g.load_ms, s.saturation_ms) as divisor_ms
from (
    select e.viewer_id as viewer_id, e.scene_no as scene_no, cast(sum(e.weight_ms) as bigint) as load_ms
    from seen as e
    group by e.viewer_id, e.scene_no
) as g
join saturation as s on s.scene_no = g.scene_no and s.period_no = $period_no
left join viewers as v on v.viewer_id = g.viewer_id
join tier_codes as c on c.tier = coalesce(v.tier, 'all')
