-- Against whoever changes days gone by (telemetry.unseal), and against a second sealer.
select pg_try_advisory_xact_lock(6201837) as ours
