select path::text as path from binding.location where kind = 'quarantine_cage' order by path
