select kind, code, words from erp.disposition_reason order by kind, code = 'other', code
