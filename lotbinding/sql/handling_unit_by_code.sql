select kind, sscc from binding.handling_unit where code = %(code)s
