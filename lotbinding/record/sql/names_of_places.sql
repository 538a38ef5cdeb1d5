select path::text as path, name from binding.location where path::text = any(%(paths)s)
