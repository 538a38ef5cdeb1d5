select max(seq) from batch
