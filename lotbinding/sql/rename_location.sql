-- subpath refuses an offset behind the last label: the place itself has no rest.
update binding.location
set path = case when path = %(path)s::ltree then %(new_path)s::ltree
                else %(new_path)s::ltree || subpath(path, nlevel(%(path)s::ltree)) end
where path <@ %(path)s::ltree
