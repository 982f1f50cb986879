-- Viewers and creators, with everything latent about them.

-- activity_no 0..31 follows from the id, so that a busy viewer can be drawn without a search.
-- special_no numbers viewers in a permuted order: bots first, then ring buyers, then the linked.
create table viewer as
with numbered as (
  select range as viewer_id, ((range - 1) * 13 + $seed) % 32 as activity_no,
    (range * $viewer_stride + $seed) % $viewers as special_no
  from range(1, $viewers + 1)
)
select n.viewer_id as viewer_id, n.activity_no as activity_no, n.special_no as special_no,
  case when n.activity_no >= 29 then 2 when n.activity_no >= 14 then 1 else 0 end as tier_no,
  case when n.special_no < $bots then case when n.special_no % 2 = 0 then 'bot_always' else 'bot_burst' end
    when n.special_no < $ring_viewers_end then 'ring'
    when n.special_no < $self_viewers_end then 'linked' else 'honest' end as kind,
  cast(sum(a.weight) over (order by n.viewer_id rows between unbounded preceding and current row) as bigint)
    - a.weight as before,
  a.weight as weight
from numbered n join activity a on a.activity_no = n.activity_no;

-- What the platform believes; it has caught most bots half-way.
create table trusted as
select v.viewer_id as viewer_id,
  case v.kind when 'bot_always' then 150000 + draw(61, v.viewer_id) % 600000
    when 'bot_burst' then 50000 + draw(61, v.viewer_id) % 300000 when 'ring' then 850000
    else case v.tier_no when 2 then 1000000 when 1 then 950000
      else 700000 + draw(61, v.viewer_id) % 20 * 10000 end end as trust_ppm
from viewer v;

create table special as
select viewer_id, special_no, kind from viewer where special_no < $self_viewers_end;

-- Kinds and personae follow a pattern of twenty seats, so the smallest market has them all.
create table creator_seat as
select range as creator_id, range % 20 as seat, range // 20 % 5 as bench,
  (range * $reach_stride + $seed) % $creators + 1 as reach_rank,
  (range * $cheat_stride + 7 * $seed) % $creators as cheat_no,
  range % 100 in (19, 59, 79) as is_farmer, draw(1, range) as h, draw(2, range) as g,
  draw(7, range) as s
from range(1, $creators + 1);

create table creator as
with cheats as (
  select s.*, case when s.is_farmer then null
      when s.cheat_no < $sniper_end then 'sniper'
      when s.cheat_no < $bot_end then 'bot_buyer'
      when s.cheat_no < $ring_end then 'brush_ring'
      when s.cheat_no < $self_end then 'self_purchase'
      when s.cheat_no < $split_end then 'split_accounts'
      when s.cheat_no < $farmer_end then 'anchor_farmer'
      when s.cheat_no < $refund_end then 'refund_after_payout' end as cheat_kind
  from creator_seat s
),
-- A ring lifts payees who have customers already; whoever registers twice was seen before.
ranked as (
  select c.*, case c.cheat_kind
      when 'brush_ring' then 1 + $creators // 100 + c.reach_rank % greatest(1, $creators // 16)
      when 'anchor_farmer' then 1 + $creators // 20 + c.reach_rank % greatest(1, $creators // 8)
      else c.reach_rank end as rank
  from cheats c
),
stepped as (
  select r.*, case when r.rank < 8 then r.rank
      else (length(bin(r.rank)) - 1) * 8 + (r.rank >> (length(bin(r.rank)) - 4)) - 8 end as reach_step
  from ranked r
),
parts as (
  select c.*, r.reach as reach,
    case when c.is_farmer then 'farmer'
      when c.cheat_kind is not null then 'talent'
      when c.seat in (3, 13) then 'shop_host' when c.seat = 12 then 'store'
      when c.seat = 16 then 'media' when c.seat = 7 and c.bench = 1 then 'celebrity'
      else 'talent' end as kind,
    case when c.is_farmer or c.cheat_kind is not null then 'ordinary'
      when c.seat in (0, 4, 10, 14) then 'chaser' when c.seat in (1, 6, 11, 15) then 'maker'
      when c.seat in (5, 9) then 'introducer' when c.seat in (8, 17) then 'closer'
      else 'ordinary' end as persona
  from stepped c join reach_steps r on r.step = c.reach_step
),
levels as (
  select p.*, t.role as role,
    t.quality + pick(p.h, 0, t.quality_span) as quality,
    t.experience + pick(p.h, 20, t.experience_span) as experience,
    t.commerce + pick(p.h, 40, t.commerce_span) as commerce,
    case when p.kind = 'shop_host' then (p.creator_id // 10) % $shops + 1 end as shop_id,
    coalesce(p.cheat_kind in ('anchor_farmer', 'refund_after_payout'),
      p.seat in (0, 2, 3, 8, 10, 12, 13, 17, 18) or p.is_farmer) as is_anchor
  from parts p join personae t on t.persona = p.persona
),
-- Newness: 2 began to broadcast in this season, 1 in the eight months before it, 0 earlier.
begun as (
  select l.*, case when l.cheat_kind = 'anchor_farmer' then 2
      when l.kind not in ('talent', 'store', 'farmer') or not l.is_anchor
        or l.cheat_kind is not null then 0
      when part(l.g, 10, 10) < 460 then 2 when part(l.g, 10, 10) < 700 then 1 else 0 end as newness
  from levels l
),
-- Agencies sign the new anchors they brought, the promising rather than the others.
bound as (
  select b.*, b.newness > 0 and part(draw(52, b.creator_id), 30, 10)
      < case when b.cheat_kind is not null then 1024 when b.rank < $creators // 3 then 960 else 560 end as is_signed
  from begun b
),
-- Sessions a week: of the new a third is keen, a third steady, and a third tries now and then unless
-- an agency asks for more; without one, half give up after two to five weeks.
paced as (
  select b.*,
    case when b.newness = 0 then 1 + part(b.s, 0, 1) when part(b.s, 2, 6) < 22 then 5 + part(b.s, 0, 1)
      when part(b.s, 2, 6) < 44 or b.is_signed then 3 + part(b.s, 0, 1) else 1 + part(b.s, 0, 1) end as weekly,
    case when b.newness = 2 and b.kind = 'farmer' then pick(b.g, 20, $days // 3)
      when b.newness = 2 then pick(b.g, 20, $days * 7 // 10) else 0 end as first_day,
    case when b.newness = 2 and b.kind <> 'farmer' and not b.is_signed and part(b.s, 8, 10) < 512
      then 14 + part(b.s, 18, 5) else $days end as stay_days,
    max(case when b.is_anchor and b.newness = 0 and b.cheat_kind is null and b.shop_id is null
      then b.creator_id end) over (order by b.creator_id rows between unbounded preceding and 1 preceding) as old_anchor_id,
    max(case when b.newness = 2 and b.kind = 'talent' and b.cheat_kind is null then b.creator_id end)
      over (order by b.creator_id rows between unbounded preceding and 1 preceding) as new_anchor_id
  from bound b
)
select l.creator_id as creator_id, l.kind as kind, l.persona as persona, l.role as role,
  l.cheat_kind as cheat_kind, l.cheat_no as cheat_no, l.shop_id as shop_id, l.is_anchor as is_anchor,
  l.reach as reach, l.rank as reach_rank,
  l.quality as quality, l.experience as experience, l.commerce as commerce,
  case when l.cheat_kind = 'split_accounts' then 3
    else 1 + case when part(l.g, 0, 10) < 250 then 1 else 0 end
      + case when part(l.g, 0, 10) < 80 then 1 else 0 end end as accounts,
  l.is_signed as is_signed, l.newness as newness, l.newness = 2 as is_newcomer, l.weekly as weekly, l.first_day as first_day,
  least(l.first_day + l.stay_days, $days) as last_day,
  -- A county for whoever broadcasts from a village.
  case when l.is_farmer then part(l.s, 24, 20) end as county_draw,
  -- Split accounts: groups of three share one person. Farmed anchors register a person again:
  -- of an anchor of old, or of another newcomer.
  case when part(l.g, 40, 10) < 30 then null
    when l.cheat_kind = 'split_accounts' then 2000000000 + (l.cheat_no - $self_end) // 3
    when l.cheat_kind = 'anchor_farmer' and l.cheat_no % 2 = 0
      then 1000000000 + coalesce(l.old_anchor_id, l.creator_id)
    when l.cheat_kind = 'anchor_farmer' then 1000000000 + coalesce(l.new_anchor_id, l.creator_id)
    else 1000000000 + l.creator_id end as person_id,
  case when l.shop_id is not null then $creators + $agencies + l.shop_id
    when l.creator_id % 37 = 0 and l.cheat_kind is null and (l.creator_id - 1) % 20 not in (3, 13)
      then l.creator_id - 1
    else l.creator_id end as payee_id
from paced l;
