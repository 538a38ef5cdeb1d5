select series_id, public.micros(since) as since from rules.disagreement
