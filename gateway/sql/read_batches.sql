select seq, body from batch where seq > :after order by seq limit :most
