"""What Coldbind answers over HTTP: routes that ask a stage and hand on what it says; no SQL here."""
