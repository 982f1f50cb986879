-- What the lines settled now grant to the touches behind them, beyond the floor:
-- experience once per touch, commerce by the line's net commission spread over its
-- touches by dwell-decay weight (floor; the latest touch takes the remainder).
with spread as (
    select
        t.line_id as line_id, t.touch_id as touch_id, t.creator_id as creator_id,
        t.payee_id as payee_id, t.piece_id as piece_id, t.scene_no as scene_no,
        t.touched_at as touched_at, t.influence as influence, t.is_experience as is_experience,
        t.settled_before_minor as settled_before_minor,
        s.bad_ppm as bad_ppm, s.net_commission_minor as net_commission_minor,
        case when cast(sum(t.lambda) over (partition by t.line_id) as bigint) = 0
            then s.net_commission_minor // count(*) over (partition by t.line_id)
            else s.net_commission_minor * t.lambda
                // greatest(cast(sum(t.lambda) over (partition by t.line_id) as bigint), 1)
            end as part_minor,
        row_number() over (
            partition by t.line_id order by t.touched_at desc, t.touch_id
        ) as place
    from open_touches as t
    join settling as s on s.line_id = t.line_id
),
given as (
    select p.*,
        p.part_minor + case when p.place = 1
            then p.net_commission_minor
                - cast(sum(p.part_minor) over (partition by p.line_id) as bigint)
            else 0 end as amount_minor
    from spread as p
),
touched as (
    select g.touch_id as touch_id, g.creator_id as creator_id, g.payee_id as payee_id,
        g.piece_id as piece_id, g.scene_no as scene_no, g.influence as influence,
        max(g.touched_at) as touched_at,
        greatest(max(g.settled_before_minor), coalesce(max(b.settled_minor), 0)) as before_minor,
        cast(sum(g.amount_minor) as bigint) as amount_minor,
        cast(sum(case when g.is_experience = 1 then
            g.influence * ((1000000 - $floor_ppm) * (1000000 - g.bad_ppm) // 1000000) // 1000000
            else 0 end) as bigint) as experience_micro
    from given as g
    left join lifted_before as b on b.touch_id = g.touch_id
    group by g.touch_id, g.creator_id, g.payee_id, g.piece_id, g.scene_no, g.influence
)
select d.touch_id as touch_id, d.touched_at as touched_at, d.creator_id as creator_id, d.payee_id as payee_id,
    d.piece_id as piece_id, d.scene_no as scene_no,
    d.before_minor + d.amount_minor as settled_minor,
    d.experience_micro as experience_micro,
    d.influence * ((1000000 - $floor_ppm)
        * (least(d.before_minor + d.amount_minor, $cap_minor) * 1000000 // $cap_minor)
        // 1000000) // 1000000
    - d.influence * ((1000000 - $floor_ppm)
        * (least(d.before_minor, $cap_minor) * 1000000 // $cap_minor)
        // 1000000) // 1000000 as commerce_micro
from touched as d
