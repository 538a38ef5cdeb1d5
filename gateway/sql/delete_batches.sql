-- a batch that stands for others goes only when all of them are confirmed
delete from batch where seq between :first and :last and coalesce(thinned_first, seq) >= :first
