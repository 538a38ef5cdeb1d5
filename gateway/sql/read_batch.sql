select seq, body from batch where seq = :seq
