-- Labels: the serial references given out under each GS1 company prefix.

create table erp.sscc_serial (
    prefix  text primary key check (prefix ~ '^[0-9]{4,12}$'),
    serial  bigint not null check (serial > 0)
);
comment on table erp.sscc_serial is 'The last serial reference of an SSCC that was given out; none is given twice.';
