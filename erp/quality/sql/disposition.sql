select decided.disposition_id, decided.hold_id, decided.kind, decided.state, decided.quantity, decided.child,
       decided.grade, decided.reason_code, decided.words, account.login, signed.digest
from erp.disposition decided
join erp.signature signed using (signature_id)
join erp.account account using (account_id)
where decided.disposition_id = %(disposition_id)s
