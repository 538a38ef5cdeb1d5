-- Alerts about held goods that were moved: a fact, and somebody has to look at it.

alter table rules.alert
    drop constraint alert_cause_check,
    add constraint alert_cause_check check (cause in
        ('excursion', 'place', 'warning', 'sensor_fault', 'disagreement', 'calibration', 'battery', 'clock',
         'silent_gateway', 'held_moved'));
