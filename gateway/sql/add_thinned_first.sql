alter table batch add column thinned_first integer
