-- Every touch inside the window counts the same.
select t.line_id as line_id, t.touch_id as touch_id, cast(1 as bigint) as weight
from line_touches as t
