select wave_id, code, state from erp.wave where code = %(code)s for no key update
