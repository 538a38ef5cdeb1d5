delete from batch
where seq in (select seq from batch where seq between :first and :last order by seq limit :most)
