-- Evidence of each payee in each scene, over all its creators, accounts and pieces.
select v.payee_id as payee_id, v.scene_id as scene_id,
    cast(sum(v.touches) as bigint) as touches,
    cast(sum(v.viewers_micro) as bigint) as viewers_micro,
    cast(sum(v.quality_micro) as bigint) as quality_micro,
    cast(sum(v.experience_micro) as bigint) as experience_micro,
    cast(sum(v.commerce_micro) as bigint) as commerce_micro
from piece_values as v
group by v.payee_id, v.scene_id
