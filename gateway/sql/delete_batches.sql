delete from batch where seq between :first and :last
