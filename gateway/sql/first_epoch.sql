insert into meta (only_row, epoch) values (1, :epoch) on conflict (only_row) do nothing
