-- Who owns what, under which terms.

-- Payees: every person, every agency, every shop, and companies that some creators founded later.
create table payee as
with owners as (
  select distinct c.payee_id as payee_id, 'person' as kind from creator c where c.shop_id is null
  union all select $creators + range, 'agency' from range(1, $agencies + 1)
  union all select $creators + $agencies + range, 'shop' from range(1, $shops + 1)
  union all
  select $creators + $agencies + $shops + c.creator_id, 'company' from creator c
  where c.creator_id % 90 = 11 and c.shop_id is null
)
select o.payee_id as payee_id, o.kind as kind,
  case when part(draw(51, o.payee_id), 0, 10) < 250 then 7
    when part(draw(51, o.payee_id), 0, 10) < 850 then 15 else 20 end as trust_days
from owners o;

create table creator_payee as
select c.creator_id as creator_id, c.payee_id as payee_id, $long_ago as valid_from,
  case when c.creator_id % 90 = 11 and c.shop_id is null then $middle_at else $far_off end as valid_to
from creator c
union all
select c.creator_id as creator_id, $creators + $agencies + $shops + c.creator_id as payee_id,
  $middle_at as valid_from, $far_off as valid_to
from creator c where c.creator_id % 90 = 11 and c.shop_id is null;

-- First sessions, on this platform or ever: in the season, in the eight months before it, earlier.
create table first_live as
select c.creator_id as creator_id, c.newness as newness,
  case c.newness when 2 then min(p.published_at)
    when 1 then $begins_at - 86400000 - pick(draw(54, c.creator_id), 0, 240) * 86400000
    else greatest($begins_at - 26000000000 - part(draw(54, c.creator_id), 0, 32), $long_ago) end as first_live_at
from creator c join piece p on p.creator_id = c.creator_id and p.is_live
group by c.creator_id, c.newness;

-- Contracts: agencies sign talents, farmers and celebrities; an eighth of them changes in mid-season.
-- A few agencies find most of the new anchors, above all of the promising.
create table signed as
with drawn as (
  select c.creator_id as creator_id, c.kind as kind, c.reach_rank as reach_rank, c.is_signed as is_signed,
    draw(52, c.creator_id) as d, draw(53, c.creator_id) as h, coalesce(f.newness, 0) > 0 as is_new,
    f.first_live_at as first_live_at
  from creator c left join first_live f on f.creator_id = c.creator_id
)
select d.creator_id as creator_id, d.h as h, d.is_new as is_new, d.first_live_at as first_live_at,
  1 + case when d.is_new and d.reach_rank < $creators // 3
      then squared(squared(part(d.d, 0, 20))) * $agencies // 1048576
    when d.is_new then squared(part(d.d, 0, 20)) * $agencies // 1048576
    else part(d.d, 0, 30) % $agencies end as agency_id
from drawn d
where case when d.is_new then d.is_signed
    else d.kind in ('talent', 'farmer', 'celebrity') and part(d.d, 30, 10) < 450 end;

create table contract as
with types as (
  select * from (values (1, 'direct'), (2, 'pool'), (3, 'award')) t(type_no, income_type)
),
terms as (
  select s.*, t.type_no as type_no, t.income_type as income_type,
    200000 + part(s.h, 10 * t.type_no, 10) % 31 * 10000 as split_ppm,
    case when part(s.h, 0, 4) = 0 then 1 when part(s.h, 0, 4) = 1 then 2 else 0 end as change
  from signed s cross join types t
)
select t.creator_id * 10 + t.type_no as contract_id, t.creator_id as creator_id, t.agency_id as agency_id,
  t.income_type as income_type, t.split_ppm as split_ppm,
  case when t.is_new then t.first_live_at - 86400000 - part(t.h, 0, 28) else $long_ago end as valid_from,
  -- One in sixteen of the new leaves its agency soon.
  case when t.is_new and part(t.h, 4, 4) = 0 then greatest(t.first_live_at + 1728000000, $begins_at + 1728000000)
    when t.change = 0 or t.is_new then $far_off else $middle_at end as valid_to
from terms t
union all
-- 1: a new split under the same contract; 2: another agency, after a gap of ten days.
select case t.change when 1 then t.creator_id * 10 + t.type_no else t.creator_id * 10 + t.type_no + 3 end,
  t.creator_id, case t.change when 1 then t.agency_id else t.agency_id % $agencies + 1 end,
  t.income_type, case t.change when 1 then greatest(200000, t.split_ppm - 50000) else 300000 end,
  case t.change when 1 then $middle_at else $middle_at + 864000000 end, $far_off
from terms t where t.change > 0 and not t.is_new;

-- Agencies claim the new anchors they brought; every sixth is claimed by two, with unlike
-- evidence, and every eleventh claim comes after the first session.
create table introduction as
select s.agency_id as agency_id, s.creator_id as creator_id,
  concat('contract:', cast(s.creator_id * 10 + 1 as varchar)) as evidence,
  s.first_live_at - 86400000 - part(s.h, 0, 28)
    + case when s.creator_id % 11 = 3 then 864000000 else 0 end as introduced_at
from signed s where s.is_new
union all
select s.agency_id % $agencies + 1, s.creator_id, concat('chat:', cast(part(s.h, 0, 20) as varchar)),
  s.first_live_at - 3600000 - part(s.h, 28, 20)
from signed s where s.is_new and s.creator_id % 6 in (1, 4);

create table creator_row as
select c.creator_id as creator_id, c.kind as kind, c.person_id as person_id, c.shop_id as shop_id,
  f.first_live_at as first_live_at
from creator c left join first_live f on f.creator_id = c.creator_id;

-- Plans: a shop plan everywhere, item plans on a third of the goods, the rest for a few.
create table plan as
with shops as (
  select range as shop_id, draw(55, range) as h,
    ((range - 1) * $items + $shops - 1) // $shops + 1 as first_item_id
  from range(1, $shops + 1)
),
creators_of as (
  select p.shop_id as shop_id, arg_max(p.creator_id, p.weight * 64 + p.piece_id % 64) as creator_id
  from piece p where p.host_shop_id is null and p.cheat_kind is null group by p.shop_id
),
drafts as (
  select 1 as kind_no, 'shop' as kind, s.shop_id as shop_id, cast(null as bigint) as item_id,
    cast(null as varchar) as category, cast(null as bigint) as creator_id, cast(null as bigint) as link_id,
    50000 + part(s.h, 0, 10) % 11 * 10000 as rate_ppm, s.h as h
  from shops s
  union all
  select 3, 'item', i.shop_id, i.item_id, null, null, null,
    case when i.is_generous then 300000 + part(draw(56, i.item_id), 0, 10) % 21 * 10000
      else 60000 + part(draw(56, i.item_id), 0, 10) % 10 * 10000 end, draw(56, i.item_id)
  from item i where i.is_generous or i.item_id % 12 = 2
  union all
  select 2, 'category', s.shop_id, null, i.category, null, null, 80000 + part(s.h, 10, 10) % 9 * 10000, s.h
  from shops s join item i on i.item_id = s.first_item_id where s.shop_id % 10 = 4
  union all
  select 4, 'campaign', s.shop_id, null, null, null, 3000000 + s.shop_id, 200000, s.h
  from shops s where s.shop_id % 20 = 1
  union all
  select 5, 'targeted_category', s.shop_id, null, i.category, c.creator_id, null, 220000, s.h
  from shops s join item i on i.item_id = s.first_item_id join creators_of c on c.shop_id = s.shop_id
  where s.shop_id % 25 = 2
  union all
  select 6, 'targeted_item', s.shop_id, s.first_item_id, null, c.creator_id, null, 250000, s.h
  from shops s join creators_of c on c.shop_id = s.shop_id where s.shop_id % 9 = 3
  union all
  select 7, 'task', s.shop_id, s.first_item_id, null, c.creator_id, null, 350000, s.h
  from shops s join creators_of c on c.shop_id = s.shop_id where s.shop_id % 30 = 6
  union all
  select 8, 'exclusive', s.shop_id, null, null, c.creator_id, null, 400000, s.h
  from shops s join creators_of c on c.shop_id = s.shop_id where s.shop_id % 40 = 5
),
numbered as (
  select d.*, case when d.kind_no = 3 then 10 * d.item_id + 3
      else 10 * ($items + d.shop_id) + d.kind_no end as plan_id,
    d.kind_no in (1, 3) and part(d.h, 30, 10) < 80 as is_cut
  from drafts d
)
select n.plan_id as plan_id, n.kind as kind, n.shop_id as shop_id, n.item_id as item_id, n.category as category,
  n.creator_id as creator_id, n.link_id as link_id, n.rate_ppm as rate_ppm, $long_ago as valid_from,
  case when n.is_cut then $cut_at when n.kind_no = 7 then $middle_at else $far_off end as valid_to
from numbered n
union all
-- The bait and switch: a rate that falls once the traffic is there.
select n.plan_id, n.kind, n.shop_id, n.item_id, n.category, n.creator_id, n.link_id,
  n.rate_ppm // 2, $cut_at, $far_off
from numbered n where n.is_cut;

create table identity_link as
-- Whoever buys from themselves shares a pay account or a phone with their payee.
select concat('buyer:', cast(s.viewer_id as varchar)) as left_id,
  case when s.special_no % 2 = 0 then concat('payee:', cast(c.payee_id as varchar))
    else concat('device:s', cast(c.creator_id as varchar)) end as right_id,
  case when s.special_no % 2 = 0 then 'pay_account' else 'device' end as kind,
  $begins_at - 864000000 as seen_at
from special s
join cheat_pieces n on n.cheat_kind = 'self_purchase'
join cheat_piece p on p.cheat_kind = 'self_purchase'
  and p.cheat_piece_no = (s.special_no - $ring_viewers_end) // 2 % n.pieces
join creator c on c.creator_id = p.creator_id
where s.kind = 'linked'
union all
select concat('payee:', cast(c.payee_id as varchar)), concat('device:s', cast(c.creator_id as varchar)),
  'device', $begins_at - 1728000000
from creator c where c.cheat_kind = 'self_purchase'
union all
-- The parts of a split person are paid into one account.
select concat('payee:', cast(c.payee_id as varchar)),
  concat('payout:split', cast((c.cheat_no - $self_end) // 3 as varchar)), 'payout_account', $begins_at - 432000000
from creator c where c.cheat_kind = 'split_accounts'
union all
-- Honest households share an address with a shop's owner now and then; that proves nothing.
select concat('buyer:', cast(v.viewer_id as varchar)), concat('address:h', cast(v.viewer_id % 97 as varchar)),
  'address', $begins_at - 86400000
from viewer v where v.viewer_id % 5000 = 77
union all
select concat('payee:', cast(c.payee_id as varchar)), concat('address:h', cast(c.creator_id % 97 as varchar)),
  'address', $begins_at - 86400000
from creator c where c.creator_id % 500 = 23;

create table feedback_row as
with line_words as (
  select o.line_id as line_id, draw(57, o.line_id) as h, coalesce(o.received_at, o.paid_at) as at, o.experience as experience
  from order_line o
)
select 4 * l.line_id as feedback_id, l.line_id as line_id, cast(null as bigint) as piece_id, 'rating' as kind,
  case when part(l.h, 10, 10) * 100 // 1024 < l.experience then 800000 + part(l.h, 20, 1) * 200000
    else 200000 * (1 + part(l.h, 20, 1)) end as score_ppm,
  l.at + part(l.h, 22, 28) as given_at
from line_words l where part(l.h, 0, 10) < 150
union all
select 4 * l.line_id + 1, l.line_id, null, 'complaint', null, l.at + part(l.h, 22, 28)
from line_words l where part(l.h, 0, 20) * 1000 // 1048576 < (100 - l.experience) * 6 // 10 and part(l.h, 50, 1) = 0
union all
select 4 * p.piece_id + 2, null, p.piece_id,
  case when part(p.f, 20, 2) = 0 then 'report' else 'rating' end,
  case when part(p.f, 20, 2) = 0 then null
    when part(p.f, 30, 10) * 100 // 1024 < p.experience then 900000 else 300000 end,
  least(greatest(p.published_at, $begins_at) + 3600000 + part(p.f, 40, 20) * 1000, $ends_at - 1)
from (select piece_id, experience, published_at, draw(58, piece_id) as f from piece) p
where part(p.f, 0, 20) * 1000 // 1048576 < 10 + (100 - p.experience) // 4;

create table ruling as
select concat('self_purchase:line:', cast($journey_and_farm + 1 + s.self_no as varchar)) as hold_id,
  case when s.self_no % 3 = 0 then 1000000 else 0 end as kept_ppm,
  s.paid_at + 3456000000 as decided_at
from self_bought s where s.self_no % 4 = 1
union all
select concat('lockstep:line:', cast($journey_and_farm + $self_lines + 1 + b.brushed_no as varchar)), 0,
  least(b.paid_at + 3024000000, $ends_at + 864000000)
from brushed b where b.brushed_no % 5 = 0;
