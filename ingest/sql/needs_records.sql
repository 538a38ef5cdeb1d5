select since, words from erp.needs_records where since < %(before)s order by since, words
