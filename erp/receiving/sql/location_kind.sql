-- Compared as text, so that a path no tree could hold is simply not found.
select kind from binding.location where path::text = %(path)s
