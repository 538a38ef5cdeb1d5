select version_num as revision from schema_version
