-- Alerts tell of deadlines too: what is due soon, and what is late.

alter table rules.alert
    drop constraint alert_cause_check,
    add constraint alert_cause_check check (cause in
        ('excursion', 'place', 'warning', 'sensor_fault', 'disagreement', 'calibration', 'battery', 'clock',
         'silent_gateway', 'held_moved', 'deadline'));
