-- A profile version says itself whether two people decide about its goods: signed with it, and never changed.

alter table rules.profile add column two_people boolean not null default false;
comment on column rules.profile.two_people is 'Every decision about held goods of this version is signed by two people.';

create or replace function rules.keep_profile() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if old.state = 'draft' then
            return old;
        end if;
    elsif (old.state, new.state) in (('draft', 'draft'), ('draft', 'approved'))
        or (old.state, new.state) in (('approved', 'approved'), ('approved', 'retired'))
            and (old.name, old.version, old.title, old.source, old.two_people, old.approved_at, old.approved_by)
                = (new.name, new.version, new.title, new.source, new.two_people, new.approved_at, new.approved_by)
    then
        return new;
    end if;
    raise exception 'profile % version % is %: it stays as it is', old.name, old.version, old.state;
end
$$;
