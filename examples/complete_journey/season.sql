-- The source's tables, and `local_days` of the policy's zone (day since 1970-01-01, its period,
-- starts_at, ends_at in epoch ms), to the tables of a season. Words stay the source's own;
-- `names.toml` translates them. Each view but one is written as a Parquet file.

-- Sums in floats left twenty amounts a hair above zero (at most 1.8e-15 dollars): nothing was paid.
-- A product without a row of its own belongs to manufacturer 0.
create view sales as
select
    row_number() over (order by t.transaction_timestamp, t.basket_id, t.product_id) as sale_no,
    t.basket_id as basket_id,
    t.household_id as household_id,
    coalesce(p.manufacturer_id, 0) as manufacturer_id,
    t.product_id as product_id,
    t.quantity as quantity,
    case when t.sales_value < 1e-9 then 0.0 else t.sales_value end as sales_value,
    epoch_ms(t.transaction_timestamp) as sold_at
from transactions as t
left join products as p on p.product_id = t.product_id;

-- A redemption is dated, not timed: it stands at the first moment of its local day.
create view redemptions as
select
    row_number() over (
        order by r.redemption_date, r.household_id, r.campaign_id, r.coupon_upc
    ) as redemption_no,
    r.household_id as household_id,
    r.coupon_upc as coupon_upc,
    r.campaign_id as campaign_id,
    ascii(right(c.campaign_type, 1)) - 64 as type_no,
    r.redemption_date as redemption_date,
    d.starts_at as redeemed_at
from coupon_redemptions as r
join campaign_descriptions as c on c.campaign_id = r.campaign_id
join local_days as d on d.day = datediff('day', date '1970-01-01', cast(r.redemption_date as date));

-- 4,872 rows of the coupon table repeat another: each product of a coupon counts once.
create view coupon_products as
select distinct
    c.coupon_upc as coupon_upc, c.campaign_id as campaign_id, c.product_id as product_id
from coupons as c;

create view redemption_products as
select r.redemption_no as redemption_no, c.product_id as product_id
from redemptions as r
join coupon_products as c on c.coupon_upc = r.coupon_upc and c.campaign_id = r.campaign_id;

create view campaigns as
select
    c.campaign_id as campaign_id,
    ascii(right(c.campaign_type, 1)) - 64 as type_no,
    c.campaign_type as campaign_type,
    d.starts_at as starts_at
from campaign_descriptions as c
join local_days as d on d.day = datediff('day', date '1970-01-01', cast(c.start_date as date));

create view goods as
select
    g.product_id as product_id,
    coalesce(p.manufacturer_id, 0) as manufacturer_id,
    coalesce(p.product_category, 'unknown') as product_category
from (
    select product_id from products
    union
    select product_id from transactions
    union
    select product_id from coupons
) as g
left join products as p on p.product_id = g.product_id;

-- A payee of its own for every campaign (its number) and every manufacturer (10,000 + its number).
create view manufacturers as
select distinct g.manufacturer_id as manufacturer_id, 10000 + g.manufacturer_id as manufacturer_payee
from goods as g;

create view payees as
select c.campaign_id as payee_id, 'company' as kind from campaigns as c
union all
select m.manufacturer_payee as payee_id, 'shop' as kind from manufacturers as m;

-- A manufacturer whose goods a campaign's coupons cover pays commission for that campaign alone.
create view offers as
select
    row_number() over (order by o.campaign_id, o.manufacturer_id) as offer_no,
    o.campaign_id as campaign_id,
    o.manufacturer_id as manufacturer_id
from (
    select distinct c.campaign_id as campaign_id, g.manufacturer_id as manufacturer_id
    from coupon_products as c
    join goods as g on g.product_id = c.product_id
) as o;

create view channels as
select distinct c.type_no as type_no, c.campaign_type as campaign_type from campaigns as c;

create view scenes as
select
    'type_' || lower(right(c.campaign_type, 1)) as scene_id,
    right(c.campaign_type, 1) || ' 类活动' as name_zh,
    c.campaign_type as name_en
from channels as c
union all
select 'open' as scene_id, '开放场景' as name_zh, 'Open' as name_en;
