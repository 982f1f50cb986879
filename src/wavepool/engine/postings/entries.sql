-- Each transfer as its two entries: - on the debit account, + on the credit account.
select t.key as key, t.debit as account, t.currency as currency, 0 - t.amount_minor as amount_minor
from transfers as t
union all
select t.key as key, t.credit as account, t.currency as currency, t.amount_minor as amount_minor
from transfers as t
