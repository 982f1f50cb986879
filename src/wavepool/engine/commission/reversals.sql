-- floor(amount * num / den) for 0 <= num <= den < 2^53 without leaving 64 bits: long
-- division of the product in six digits of nine bits each, highest digit first.
-- Invariant after each layer: quotient * den + rest = (digits so far of amount) * num.
with d0 as (
    select t.*, cast(0 as bigint) as quotient, cast(0 as bigint) as rest from fraction_terms as t
),
s0 as (
    select t.line_id as line_id, t.leg as leg, t.part_id as part_id, t.sign as sign,
        t.amount_minor as amount_minor, t.num as num, t.den as den, t.quotient as quotient,
        t.rest * 512 + t.amount_minor // 35184372088832 * t.num as dividend
    from d0 as t
),
d1 as (
    select t.line_id as line_id, t.leg as leg, t.part_id as part_id, t.sign as sign,
        t.amount_minor as amount_minor, t.num as num, t.den as den,
        t.quotient * 512 + t.dividend // t.den as quotient, t.dividend % t.den as rest
    from s0 as t
),
s1 as (
    select t.line_id as line_id, t.leg as leg, t.part_id as part_id, t.sign as sign,
        t.amount_minor as amount_minor, t.num as num, t.den as den, t.quotient as quotient,
        t.rest * 512 + (t.amount_minor // 68719476736) % 512 * t.num as dividend
    from d1 as t
),
d2 as (
    select t.line_id as line_id, t.leg as leg, t.part_id as part_id, t.sign as sign,
        t.amount_minor as amount_minor, t.num as num, t.den as den,
        t.quotient * 512 + t.dividend // t.den as quotient, t.dividend % t.den as rest
    from s1 as t
),
s2 as (
    select t.line_id as line_id, t.leg as leg, t.part_id as part_id, t.sign as sign,
        t.amount_minor as amount_minor, t.num as num, t.den as den, t.quotient as quotient,
        t.rest * 512 + (t.amount_minor // 134217728) % 512 * t.num as dividend
    from d2 as t
),
d3 as (
    select t.line_id as line_id, t.leg as leg, t.part_id as part_id, t.sign as sign,
        t.amount_minor as amount_minor, t.num as num, t.den as den,
        t.quotient * 512 + t.dividend // t.den as quotient, t.dividend % t.den as rest
    from s2 as t
),
s3 as (
    select t.line_id as line_id, t.leg as leg, t.part_id as part_id, t.sign as sign,
        t.amount_minor as amount_minor, t.num as num, t.den as den, t.quotient as quotient,
        t.rest * 512 + (t.amount_minor // 262144) % 512 * t.num as dividend
    from d3 as t
),
d4 as (
    select t.line_id as line_id, t.leg as leg, t.part_id as part_id, t.sign as sign,
        t.amount_minor as amount_minor, t.num as num, t.den as den,
        t.quotient * 512 + t.dividend // t.den as quotient, t.dividend % t.den as rest
    from s3 as t
),
s4 as (
    select t.line_id as line_id, t.leg as leg, t.part_id as part_id, t.sign as sign,
        t.amount_minor as amount_minor, t.num as num, t.den as den, t.quotient as quotient,
        t.rest * 512 + (t.amount_minor // 512) % 512 * t.num as dividend
    from d4 as t
),
d5 as (
    select t.line_id as line_id, t.leg as leg, t.part_id as part_id, t.sign as sign,
        t.amount_minor as amount_minor, t.num as num, t.den as den,
        t.quotient * 512 + t.dividend // t.den as quotient, t.dividend % t.den as rest
    from s4 as t
),
s5 as (
    select t.line_id as line_id, t.leg as leg, t.part_id as part_id, t.sign as sign,
        t.amount_minor as amount_minor, t.num as num, t.den as den, t.quotient as quotient,
        t.rest * 512 + (t.amount_minor // 1) % 512 * t.num as dividend
    from d5 as t
),
d6 as (
    select t.line_id as line_id, t.leg as leg, t.part_id as part_id, t.sign as sign,
        t.amount_minor as amount_minor, t.num as num, t.den as den,
        t.quotient * 512 + t.dividend // t.den as quotient, t.dividend % t.den as rest
    from s5 as t
)
select t.line_id as line_id, t.leg as leg, t.part_id as part_id,
    cast(sum(t.sign * t.quotient) as bigint) as amount_minor
from d6 as t
group by t.line_id, t.leg, t.part_id
