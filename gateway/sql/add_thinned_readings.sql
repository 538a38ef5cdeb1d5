alter table batch add column thinned_readings integer
