-- Profiles: a draft judges nothing, an approved version never changes, a retired one is history.

alter table rules.profile
    add column state          text not null default 'draft',
    add column recorded_by    text not null default '',
    add column review_id      bigint references erp.signature,
    add column approved_at    timestamptz,
    add column approved_by    text,
    add column approval_id    bigint references erp.signature,
    add column retired_at     timestamptz,
    add column retirement_id  bigint references erp.signature;
comment on column rules.profile.approved_by is
    'The name on the signature; the profiles that come with a release are the catalog''s.';
comment on column rules.profile.review_id is 'Who looked at it before it was approved, where two had to.';

update rules.profile set state = 'approved', approved_at = recorded_at, approved_by = 'Coldbind catalog';

alter table rules.profile
    add constraint profile_state_check check (state in ('draft', 'approved', 'retired')),
    add constraint profile_draft_or_approved_by_somebody check (
        num_nonnulls(approved_at, approved_by) = case state when 'draft' then 0 else 2 end),
    add constraint profile_approval_is_signed check (
        case when state = 'draft' then approval_id is null
             else approval_id is not null or approved_by = 'Coldbind catalog' end),
    add constraint profile_retirement_is_signed check (
        num_nonnulls(retired_at, retirement_id) = case state when 'retired' then 2 else 0 end);

create function rules.keep_profile() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if old.state = 'draft' then
            return old;
        end if;
    elsif (old.state, new.state) in (('draft', 'draft'), ('draft', 'approved'))
        or (old.state, new.state) in (('approved', 'approved'), ('approved', 'retired'))
            and (old.name, old.version, old.title, old.source, old.approved_at, old.approved_by)
                = (new.name, new.version, new.title, new.source, new.approved_at, new.approved_by)
    then
        return new;
    end if;
    raise exception 'profile % version % is %: it stays as it is', old.name, old.version, old.state;
end
$$;
create trigger profile_goes_one_way before update or delete on rules.profile
    for each row execute function rules.keep_profile();

create function rules.only_drafts_change() returns trigger language plpgsql as $$
declare
    touched integer;
    found rules.profile;
begin
    foreach touched in array case tg_op
        when 'INSERT' then array[new.profile_id]
        when 'DELETE' then array[old.profile_id]
        else array[old.profile_id, new.profile_id] end
    loop
        select * into found from rules.profile where profile_id = touched for share;
        if found.state <> 'draft' then
            raise exception 'profile % version % is %: its rules stay as they are',
                found.name, found.version, found.state;
        end if;
    end loop;
    return case tg_op when 'DELETE' then old else new end;
end
$$;
create trigger rule_is_of_a_draft before insert or update or delete on rules.rule
    for each row execute function rules.only_drafts_change();

create function erp.only_approved_profiles() returns trigger language plpgsql as $$
declare
    found rules.profile;
begin
    if tg_op = 'UPDATE' and new.profile_id = old.profile_id then
        return new;
    end if;
    select * into found from rules.profile where profile_id = new.profile_id for share;
    if found.state <> 'approved' then
        raise exception 'profile % version % is %, not approved: product % cannot be judged by it',
            found.name, found.version, found.state, new.code;
    end if;
    return new;
end
$$;
create trigger product_is_judged_by_an_approved_profile before insert or update of profile_id on erp.product
    for each row execute function erp.only_approved_profiles();
comment on function erp.only_approved_profiles is
    'Units are judged by the profile of their product, so that only approved versions ever judge.';

create function rules.adopt_approved() returns trigger language plpgsql as $$
declare
    found rules.profile;
begin
    select * into found from rules.profile where profile_id = new.profile_id for share;
    if found.state <> 'approved' then
        raise exception 'profile % version % is %, not approved: nothing can be judged by it',
            found.name, found.version, found.state;
    end if;
    return new;
end
$$;
create trigger adoption_is_of_an_approved_profile before insert on rules.adoption
    for each row execute function rules.adopt_approved();

create view rules.product_profile as
    select product_id, profile_id from erp.product
    union
    (select distinct on (product_id) product_id, profile_id
     from rules.adoption
     order by product_id, adoption_id desc);
comment on view rules.product_profile is
    'What judges the lots of a product that come: its profile, and the version adopted last.';

create function rules.retire_unused() returns trigger language plpgsql as $$
declare
    still text;
begin
    select string_agg(code, ', ' order by code) into still
    from erp.product
    where product_id in (select product_id from rules.product_profile where profile_id = new.profile_id);
    if new.state = 'retired' and still is not null then
        raise exception 'profile % version % still judges products: %', new.name, new.version, still;
    end if;
    return null;
end
$$;
create trigger profile_retires_unused after update of state on rules.profile
    for each row execute function rules.retire_unused();

-- Stability budgets: a cumulative rule over the whole life is one; ranges may share it.
create table rules.budget (
    rule_id  integer primary key references rules.rule,
    warn_at  double precision not null check (warn_at > 0 and warn_at <= 1),
    source   text not null
);
comment on table rules.budget is
    'A cumulative rule whose budget is shared by ranges; one without a row counts all time beyond its limit.';
comment on column rules.budget.warn_at is 'The budget runs low when this share of it is used.';

create table rules.budget_range (
    rule_id      integer not null references rules.budget,
    number       smallint not null check (number > 0),
    start_value  double precision not null,
    end_value    double precision check (end_value <> start_value),
    allowed      interval not null check (allowed > interval '0'),
    primary key (rule_id, number)
);
comment on table rules.budget_range is
    'Beyond start_value but not beyond end_value, on the side of the rule: all of the budget in `allowed`.';

create function rules.budget_of_a_draft() returns trigger language plpgsql as $$
declare
    found rules.profile;
begin
    select p.* into found
    from rules.profile p
    join rules.rule r using (profile_id)
    where r.rule_id = case tg_op when 'DELETE' then old.rule_id else new.rule_id end
    for share of p;
    if found.state <> 'draft' then
        raise exception 'profile % version % is %: its budgets stay as they are',
            found.name, found.version, found.state;
    end if;
    return case tg_op when 'DELETE' then old else new end;
end
$$;
create trigger budget_is_of_a_draft before insert or update or delete on rules.budget
    for each row execute function rules.budget_of_a_draft();
create trigger budget_range_is_of_a_draft before insert or update or delete on rules.budget_range
    for each row execute function rules.budget_of_a_draft();

create view rules.budget_allowed as
    select w.rule_id, w.number, w.start_value, w.end_value, w.allowed, b.warn_at
    from rules.budget_range w
    join rules.budget b using (rule_id)
    union all
    select r.rule_id, 1::smallint, r.limit_value, null, r.tolerance, 0.8
    from rules.rule r
    where r.kind = 'cumulative' and r.window_size is null
        and not exists (select from rules.budget b where b.rule_id = r.rule_id);
comment on view rules.budget_allowed is 'The ranges of every stability budget, plain cumulative rules among them.';

create table rules.budget_use (
    unit_id  bigint not null references binding.stock_unit,
    rule_id  integer not null references rules.rule,
    spent    bigint[] not null,
    in_use   smallint,
    as_of    timestamptz,
    low_at   timestamptz,
    primary key (unit_id, rule_id)
);
comment on table rules.budget_use is
    'What a unit has used of a stability budget in its life, as last judged; no row: nothing.';
comment on column rules.budget_use.spent is 'Microseconds in each range, in the order of their numbers.';
comment on column rules.budget_use.in_use is
    'The number of the range the unit is in, as far as it is monitored; null: in none.';
comment on column rules.budget_use.as_of is 'The last instant at which some of it was used.';
comment on column rules.budget_use.low_at is 'When the budget began to run low; whoever listens has been told.';
