select decided.disposition_id, decided.kind, decided.state, decided.quantity, decided.child, decided.grade,
       decided.reason_code, decided.words, decided.two_people, signed.full_name as signed_by, signed.signed_at,
       second.full_name as second_by, decided.effective_at, withdrawal.full_name as withdrawn_by,
       withdrawal.reason as withdrawn_why
from erp.hold hold
join erp.disposition decided on decided.hold_id = hold.hold_id or decided.disposition_id = hold.disposition_id
join erp.signature signed using (signature_id)
left join erp.signature second on second.signature_id = decided.second_id
left join erp.signature withdrawal on withdrawal.signature_id = decided.withdrawal_id
where hold.hold_id = %(hold_id)s
order by decided.disposition_id
